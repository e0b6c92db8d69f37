import Consent
import Pixels
import StillLink
import V4L2

/// How a camera of this station is to be used.
package struct CameraProfile: Sendable, Equatable {
    package enum Source: Sendable, Equatable {
        /// A V4L2 device by its path, card name, bus or serial number.
        case v4l2(String)
        /// A still camera on a USB bus by its product name, place or serial number; its pictures are taken by another process.
        case still(String)
        /// A picture file, or a folder of them played in the order of their names; for demonstrations only.
        case replay(String)
    }

    /// Whether a face can be in the picture at all.
    package enum Face: String, Sendable {
        /// An overview: a face is expected somewhere.
        case expected
        /// A face may or may not be there.
        case possible
        /// A contact instrument: skin fills the view. The picture is looked at all the same.
        case impossible
    }

    package let name: String
    package let source: Source
    package let modalities: [Modality]
    package let face: Face
    /// What the device may be asked for: the first that it offers; none for replay.
    package let streams: [Stream]
    package let locks: ControlLocks
    package let instrument: Instrument
    /// The device profile that this rests on; nil where the configuration says everything.
    package let model: Model?
    /// The nodes that a shot takes beside the colour one; nil for a camera without depth.
    package let depth: DepthSetup?
    /// What a shot is where the camera has more pixels for a still than for its stream; nil takes a frame of the stream.
    package let still: VideoStill?

    /// What the profile of a device model says that no driver tells.
    package struct Model: Sendable, Equatable {
        package let name: String
        /// How it is known that the profile is right, as in `tested`.
        package let evidence: String
        package let scale: PixelScale?

        package init(name: String, evidence: String, scale: PixelScale?) {
            (self.name, self.evidence, self.scale) = (name, evidence, scale)
        }
    }

    /// How much skin a pixel shows, at one size of the picture and no other.
    package struct PixelScale: Sendable, Equatable {
        package let nanometresPerPixel: Int64
        package let width: Int
        package let height: Int
        /// How it was measured.
        package let method: String

        package init(nanometresPerPixel: Int64, width: Int, height: Int, method: String) {
            (self.nanometresPerPixel, self.width, self.height) = (nanometresPerPixel, width, height)
            self.method = method
        }
    }

    package struct Stream: Sendable, Equatable {
        /// What the frames are when they leave the camera.
        package let format: PixelFormat
        /// What the device is asked for where Obscura does not read it itself: libv4lconvert makes RGB24 of it.
        package let convertedFrom: FourCC?
        package let width: Int
        package let height: Int
        /// Frames a second, or nil for the driver's own rate.
        package let rate: UInt32?

        /// The code that the device is asked for.
        package var code: FourCC { convertedFrom ?? FourCC(format.fourCC) }

        package init(format: PixelFormat, width: Int, height: Int, rate: UInt32?) {
            (self.format, self.width, self.height, self.rate) = (format, width, height, rate)
            convertedFrom = nil
        }

        /// A stream of any other uncompressed format, converted to RGB24.
        package init(converting format: FourCC, width: Int, height: Int, rate: UInt32?) {
            (self.format, self.width, self.height, self.rate) = (.rgb24, width, height, rate)
            convertedFrom = format
        }
    }

    /// What a person knows of the instrument and no driver tells.
    package struct Instrument: Sendable, Equatable {
        /// The manufacturer where nobody said one.
        package static let unknown = "unknown"

        package let manufacturer: String
        package let model: String
        package let serial: String
        package let polarized: Bool?
        package let contact: Bool
        /// Optical magnification in tenths; nil where nobody knows or it is set by hand.
        package let magnificationTenths: Int?

        package init(
            manufacturer: String, model: String, serial: String, polarized: Bool?, contact: Bool,
            magnificationTenths: Int? = nil
        ) {
            self.manufacturer = manufacturer
            self.model = model
            self.serial = serial
            self.polarized = polarized
            self.contact = contact
            self.magnificationTenths = magnificationTenths
        }
    }

    package init(
        name: String, source: Source, modalities: [Modality], face: Face, streams: [Stream], locks: ControlLocks,
        instrument: Instrument, model: Model? = nil, depth: DepthSetup? = nil, still: VideoStill? = nil
    ) {
        self.name = name
        self.source = source
        self.modalities = modalities
        self.face = face
        self.streams = streams
        self.locks = locks
        self.instrument = instrument
        self.model = model
        self.depth = depth
        self.still = still
    }
}
