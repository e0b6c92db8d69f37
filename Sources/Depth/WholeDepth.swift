import Consent
import LockedMemory

/// A depth frame as it was measured, with the face: only a grant for geometry makes one.
package struct WholeDepth: ~Copyable, Sendable {
    package let exposure: Exposure
    package let shape: DepthShape
    /// The driver's timestamp: nanoseconds of CLOCK_MONOTONIC.
    package let takenAt: Int64
    package let bytes: LockedBytes

    package init(_ frame: consuming DepthFrame, under grant: consuming GeometryGrant) {
        exposure = grant.exposure
        shape = frame.shape
        takenAt = frame.takenAt
        bytes = frame.takeBytes()
    }

    /// Every measured point, the face's too, as `MaskedDepth` writes them.
    package func pointCloud(
        _ calibration: Calibration, colours: Span<UInt8>? = nil
    ) throws(DepthFault) -> LockedBytes {
        try PointCloud(shape, calibration).file(bytes.span, colours)
    }
}
