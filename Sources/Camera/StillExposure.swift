import JPEG
import Linux
import LockedMemory
import Pixels
import StillLink
import V4L2

/// A picture of a still camera before it is anybody's.
struct StillExposure: ~Copyable {
    /// Milliseconds for opening the camera, a long exposure and the way over the cable; the worker's port has 90 s.
    private static let patience = 100_000

    let profile: CameraProfile
    let facts: FrameFacts
    private let bytes: LockedBytes

    /// Has the picture taken now.
    ///
    /// - Parameter cancelled: asked at least every 50 ms; true gives the picture up.
    init(
        _ use: CameraUse, _ link: StillLink?, cancelled: @Sendable () -> Bool
    ) throws(CameraError) {
        guard let device = use.device, let place = device.place else { throw .driver(.absent(use.profile.source.name)) }
        guard let link else { throw .noStream }
        let began = Clock.monotonic()
        let picture: StillPicture
        do {
            picture = try link.picture(
                bus: place.bus, device: place.number, milliseconds: Self.patience, cancelled: cancelled)
        } catch { throw .still(error) }
        // Numbers on a bus rise: the same device at the same number was there all the time.
        guard StillDevices.all().contains(device) else { throw .driver(.swapped) }
        let name = picture.name
        let taken = picture.takeBytes()
        let header = try Self.header(taken)
        bytes = taken
        profile = use.profile.named(by: name)
        facts = FrameFacts(
            format: .mjpg, width: header.width, height: header.height, bytesPerLine: 0, colorimetry: nil, origin: .live,
            stamp: FrameStamp(sequence: 0, timestamp: began, lost: 0, damaged: 0), age: 0, controls: [:], locked: [],
            device: DeviceFacts(device))
    }

    /// Has a video camera's still taken now. The kernel's driver lets go of the camera meanwhile, so nothing may stream from
    /// it; its node comes back afterwards, perhaps under another number.
    ///
    /// - Parameters:
    ///   - plug: where the device was while it streamed.
    ///   - frame: of the camera's stream, right before: what the locked controls were.
    ///   - cancelled: asked at least every 50 ms; true gives the picture up.
    init(
        _ still: VideoStill, _ profile: CameraProfile, of device: V4L2Device, _ plug: USBPlug,
        after frame: FrameFacts, _ link: StillLink?, _ cancelled: @Sendable () -> Bool
    ) throws(CameraError) {
        guard let link else { throw .noStill }
        let began = Clock.monotonic()
        let picture: StillPicture
        do {
            picture = try link.picture(
                bus: plug.bus, device: plug.number, video: still, milliseconds: Self.patience, cancelled: cancelled)
        } catch { throw .still(error) }
        // Numbers on a bus rise: the same device at the same number was there all the time.
        guard plug.isThere else { throw .driver(.swapped) }
        let taken = picture.takeBytes()
        try Self.check(taken, is: still)
        bytes = taken
        self.profile = profile
        let isRaw = still.format == .yuy2
        facts = FrameFacts(
            format: isRaw ? .yuyv : .mjpg, width: Int(still.width), height: Int(still.height),
            bytesPerLine: isRaw ? 2 * Int(still.width) : 0,
            // As in the stream where that has colours of the kind; else what a camera means that says nothing (UVC 1.5, 3.9.2.6).
            colorimetry: isRaw ? frame.colorimetry ?? Colorimetry(matrix: .bt601, range: .limited) : nil, origin: .live,
            stamp: FrameStamp(sequence: 0, timestamp: began, lost: 0, damaged: 0), age: 0, controls: frame.controls,
            locked: frame.locked, device: DeviceFacts(device))
    }

    private static func check(_ bytes: borrowing LockedBytes, is still: VideoStill) throws(CameraError) {
        let (width, height) = (Int(still.width), Int(still.height))
        switch still.format {
        case .yuy2: guard bytes.count == 2 * width * height else { throw .otherStill }
        case .mjpeg:
            let header = try header(bytes)
            guard (header.width, header.height) == (width, height) else { throw .otherStill }
        }
    }

    private static func header(_ bytes: borrowing LockedBytes) throws(CameraError) -> JPEGHeader {
        do { return try JPEGHeader(parsing: bytes.span) } catch { throw .stillPicture(error) }
    }

    consuming func takeBytes() -> LockedBytes { bytes }
}
