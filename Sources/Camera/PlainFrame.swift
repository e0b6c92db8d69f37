import BundleFormat
import Consent
import LockedMemory
import Pixels
import Policy
import V4L2

/// Where and how a frame was taken, for the shot's record.
package struct FrameFacts: Sendable, Equatable {
    package let format: PixelFormat
    package let width: Int
    package let height: Int
    /// Bytes from one row to the next; 0 for compressed frames.
    package let bytesPerLine: Int
    /// How YCbCr is meant; nil for compressed frames.
    package let colorimetry: Colorimetry?
    package let origin: PictureOrigin
    package let stamp: FrameStamp
    /// Nanoseconds between the trigger and the driver's timestamp.
    package let age: Int64
    /// The controls as they read back, by name.
    package let controls: [String: Int64]
    /// Names of the controls that were locked, and held.
    package let locked: [String]
    package let device: DeviceFacts
}

/// Which device it was.
package struct DeviceFacts: Sendable, Equatable {
    package let driver: String
    package let card: String
    package let bus: String
    package let serial: String
    package let usbID: String
}

/// An unmasked frame in locked memory. Only a camera makes one, by consuming a grant; it can be neither copied nor
/// sealed, only masked.
package struct PlainFrame: ~Copyable, Sendable {
    package let exposure: Exposure
    package let profile: CameraProfile
    package let facts: FrameFacts
    package var bytes: LockedBytes
    private var identifiable: IdentifiableGrant?
    private var depth: PlainDepth?

    init(
        grant: consuming ExposureGrant, profile: CameraProfile, facts: FrameFacts, bytes: consuming LockedBytes,
        depth: consuming PlainDepth? = nil
    ) {
        exposure = grant.exposure
        identifiable = grant.takeIdentifiable()
        self.profile = profile
        self.facts = facts
        self.bytes = bytes
        self.depth = depth
    }

    /// What the depth camera saw with this frame, once; nil where the camera has none.
    package mutating func takeDepth() -> PlainDepth? { depth.take() }

    /// The permission to keep this frame unmasked as well, once; nil where the consent has none.
    package mutating func takeIdentifiable() -> IdentifiableGrant? { identifiable.take() }

    /// The pixels, for whoever masks them.
    package consuming func takeBytes() -> LockedBytes { bytes }
}

/// An unmasked frame of a live view in locked memory. It can be shown after masking and become nothing else: no picture,
/// no bundle.
package struct PreviewFrame: ~Copyable, Sendable {
    package let rule: SiteRule
    package let profile: CameraProfile
    package let facts: FrameFacts
    private let bytes: LockedBytes

    init(
        grant: consuming PreviewGrant, profile: CameraProfile, facts: FrameFacts, bytes: consuming LockedBytes
    ) {
        rule = grant.rule
        self.profile = profile
        self.facts = facts
        self.bytes = bytes
    }

    /// The pixels, for whoever masks them.
    package consuming func takeBytes() -> LockedBytes { bytes }
}
