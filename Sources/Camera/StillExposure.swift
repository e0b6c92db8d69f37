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

    private static func header(_ bytes: borrowing LockedBytes) throws(CameraError) -> JPEGHeader {
        do { return try JPEGHeader(parsing: bytes.span) } catch { throw .stillPicture(error) }
    }

    consuming func takeBytes() -> LockedBytes { bytes }
}
