import BundleFormat
import Consent
import JPEG
import Linux
import LockedMemory
import Pixels
import V4L2

/// Why a camera gave no frame.
package enum CameraError: Error, Equatable, Sendable {
    case driver(V4L2Error)
    case replay(ReplayError)
    /// The profile has no stream settings.
    case noStream
}

/// One camera of the station: closed until a grant is spent on it, and closed again when the session ends.
package struct CameraHead: ~Copyable, Sendable {
    package let profile: CameraProfile
    private var state = State.closed
    private var nextReplay = 0

    private enum State: ~Copyable {
        case closed
        case streaming(V4L2Stream, DeviceFacts)
    }

    /// How long a frame is awaited, in milliseconds.
    static let patience = 10_000

    package init(_ profile: CameraProfile) { self.profile = profile }

    package var isStreaming: Bool {
        switch state {
        case .closed: false
        case .streaming: true
        }
    }

    /// Stops the stream and closes the device; nothing is captured until the next grant.
    package mutating func close() { state = .closed }

    /// Takes one frame exposed after now.
    ///
    /// A stream that fails is closed, so the next shot opens the device anew: that is how it is found again.
    /// - Parameter cancelled: asked at least every 50 ms; true gives the shot up.
    package mutating func expose(
        _ grant: consuming ExposureGrant, cancelled: @Sendable () -> Bool
    ) throws(CameraError) -> PlainFrame {
        switch profile.source {
        case .replay(let path):
            if cancelled() { throw .driver(.cancelled) }
            return try replay(grant, path)
        case .v4l2(let name):
            do throws(CameraError) {
                if !isStreaming { state = try open(name) }
                return try expose(fromStream: grant, cancelled: cancelled)
            } catch {
                state = .closed
                throw error
            }
        }
    }

    private func open(_ name: String) throws(CameraError) -> State {
        guard let wanted = profile.stream else { throw .noStream }
        guard let device = V4L2.devices().first(where: { $0.matches(name) }) else { throw .driver(.absent(name)) }
        do {
            let stream = try V4L2Stream(
                path: device.path, format: wanted.convertedFrom ?? FourCC(wanted.format.fourCC), width: wanted.width,
                height: wanted.height, interval: wanted.rate.map { V4L2Interval(1, $0) }, controls: profile.controls)
            let facts = DeviceFacts(
                driver: device.driver, card: device.card, bus: device.bus, serial: device.serial, usbID: device.usbID)
            return .streaming(stream, facts)
        } catch { throw .driver(error) }
    }

    private mutating func expose(
        fromStream grant: consuming ExposureGrant, cancelled: @Sendable () -> Bool
    ) throws(CameraError) -> PlainFrame {
        let pressed = Clock.monotonic()
        var taken = State.closed
        swap(&taken, &state)
        guard case .streaming(var stream, let device) = consume taken else { throw .noStream }
        let frame: V4L2Frame
        do { frame = try stream.frame(after: pressed, milliseconds: Self.patience, cancelled: cancelled) } catch {
            throw .driver(error)
        }
        let facts = try frameFacts(stream, stamp: frame.stamp, pressed: pressed, device)
        let bytes = try samples(of: frame, stream)
        state = .streaming(stream, device)
        return PlainFrame(grant: grant, profile: profile, facts: facts, bytes: bytes)
    }

    /// The frame's bytes in the profile's format.
    private func samples(
        of frame: consuming V4L2Frame, _ stream: borrowing V4L2Stream
    ) throws(CameraError) -> LockedBytes {
        guard profile.stream?.convertedFrom != nil else { return frame.takeBytes() }
        do { return try stream.rgb(frame) } catch { throw .driver(error) }
    }

    private func frameFacts(
        _ stream: borrowing V4L2Stream, stamp: FrameStamp, pressed: Int64, _ device: DeviceFacts
    ) throws(CameraError) -> FrameFacts {
        let taken = stream.format
        let format = profile.stream?.format ?? .mjpg
        var colorimetry: Colorimetry?
        if !taken.isCompressed {
            colorimetry = Colorimetry(taken)
            if colorimetry == nil {
                guard !format.hasChroma else {
                    throw .driver(.formatChanged("colour matrix \(taken.encoding) of colour space \(taken.colorspace)"))
                }
                // Grey and RGB samples are what they are; what stands here is not looked at.
                colorimetry = Colorimetry(matrix: .bt601, range: .limited)
            }
        }
        let bytesPerLine = profile.stream?.convertedFrom == nil ? taken.bytesPerLine : 3 * taken.width
        return FrameFacts(
            format: format, width: taken.width, height: taken.height,
            bytesPerLine: taken.isCompressed ? 0 : bytesPerLine, colorimetry: colorimetry, origin: .live,
            stamp: stamp, age: stamp.timestamp - pressed, controls: stream.controls(), device: device)
    }

    private mutating func replay(_ grant: consuming ExposureGrant, _ path: String) throws(CameraError) -> PlainFrame {
        let number = nextReplay
        nextReplay += 1
        let picture: ReplayPicture
        do { picture = try ReplayPicture(path, number: number) } catch { throw .replay(error) }
        let stamp = FrameStamp(
            sequence: UInt32(truncatingIfNeeded: number), timestamp: Clock.monotonic(), lost: 0, damaged: 0)
        let facts = FrameFacts(
            format: .mjpg, width: picture.width, height: picture.height, bytesPerLine: 0, colorimetry: nil,
            origin: .replay, stamp: stamp, age: 0, controls: [:],
            device: DeviceFacts(driver: "replay", card: "replayed picture", bus: "", serial: "", usbID: ""))
        return PlainFrame(grant: grant, profile: profile, facts: facts, bytes: picture.takeBytes())
    }
}

extension PixelFormat {
    fileprivate var hasChroma: Bool { [.yuyv, .uyvy, .nv12].contains(self) }
}
