import Camera
import Consent
import Depth
import Linux
import StillLink
import V4L2

/// One model of instrument: how it is known and how it is used. A file of `Drivers/profiles` each.
package struct DeviceProfile: Sendable, Equatable {
    /// How it is known that the profile is right.
    package enum Evidence: String, Sendable {
        /// It runs in this project's tests.
        case tested
        /// Written from what descriptors, drivers and manuals say; nobody has held the instrument.
        case descriptors = "from descriptors"
    }

    /// What a device gives.
    package enum Kind: String, Sendable {
        case video
        /// Single pictures over USB (PTP); what they are like is set at the camera.
        case still
    }

    /// What tells that a device is of this model.
    package enum Match: Sendable, Hashable, CustomStringConvertible {
        /// Vendor and product, perhaps of one revision (bcdDevice) only.
        case usb(USBID, release: UInt16?)
        /// The V4L2 card name.
        case card(String)
        /// The V4L2 driver: anything that it drives.
        case driver(String)

        /// A nearer match beats a wider one.
        package var nearness: Int {
            switch self {
            case .usb(_, .some): 4
            case .usb(_, nil): 3
            case .card: 2
            case .driver: 1
            }
        }

        package func fits(_ device: V4L2Device) -> Bool {
            switch self {
            case .usb(let id, let release): device.usb == id && (release == nil || device.release == release)
            case .card(let name): device.card == name
            case .driver(let name): device.driver == name
            }
        }

        package var description: String {
            switch self {
            case .usb(let id, nil): "\(id)"
            case .usb(let id, .some(let release)): "\(id)@\(release.usbHex)"
            case .card(let name): "card \(name)"
            case .driver(let name): "driver \(name)"
            }
        }
    }

    /// `a-z`, `0-9` and `-`; also the file's name.
    package let name: String
    package let evidence: Evidence
    /// Where the facts are from.
    package let source: String
    package let matches: [Match]
    package let kind: Kind
    package let modalities: [Modality]
    package let face: CameraProfile.Face
    package let instrument: CameraProfile.Instrument
    /// What to ask the device for, best first; none for a still camera.
    package let streams: [CameraProfile.Stream]
    package let locks: ControlLocks
    /// The still picture that is taken instead of a frame of the stream; nil where that has as many pixels.
    package let still: VideoStill?
    /// Nil where it is not known; then no picture says how large anything on it is.
    package let scale: CameraProfile.PixelScale?
    /// How its depth stream, if it has one, lies to the colour stream; nil where nobody has measured it.
    package let depth: Calibration?

    /// How near this profile is to a device; nil where it is not of this model.
    package func nearness(to device: V4L2Device) -> Int? {
        guard device.isStill == (kind == .still) else { return nil }
        return matches.filter { $0.fits(device) }.map(\.nearness).max()
    }
}
