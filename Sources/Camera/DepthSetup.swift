import Depth
import Pixels
import V4L2

/// The nodes of a camera that stand beside its colour node, and how what they see lies to the colour picture.
package struct DepthSetup: Sendable, Equatable {
    /// Nil where the camera's profile has none: then no shot is taken, because nothing could be masked.
    package let calibration: Calibration?
    package let depth: DepthNode
    /// Pixel for pixel where depth is; nil where it is not taken.
    package let infrared: DepthNode?

    package init(calibration: Calibration?, depth: DepthNode, infrared: DepthNode?) {
        (self.calibration, self.depth, self.infrared) = (calibration, depth, infrared)
    }

    package var nodes: [DepthNode] { [depth] + (infrared.map { [$0] } ?? []) }
}

/// One node beside the colour node: what it is, where it is, and the one stream that it is asked for.
package struct DepthNode: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case depth, infrared

        /// The codes of V4L2 that such a node may send: Z16, or Y16 from drivers that call depth so; grey for infrared.
        package var codes: [FourCC] {
            switch self {
            case .depth: [FourCC("Z16 "), FourCC("Y16 ")]
            case .infrared: [PixelFormat.grey, .y10, .y12, .y16].map { FourCC($0.fourCC) }
            }
        }
    }

    package let kind: Kind
    package let source: CameraProfile.Source
    package let code: FourCC
    /// Pixels.
    package let width: Int
    /// Pixels.
    package let height: Int
    /// Frames a second; a colour frame and one of these may lie half a frame's time apart.
    package let rate: UInt32

    package init(
        kind: Kind, source: CameraProfile.Source, code: FourCC, width: Int, height: Int, rate: UInt32
    ) {
        (self.kind, self.source, self.code) = (kind, source, code)
        (self.width, self.height, self.rate) = (width, height, rate)
    }

    /// Nanoseconds from one frame to the next.
    package var frameTime: Int64 { 1_000_000_000 / Int64(rate) }

    /// Whether a device with these modes can be asked for the stream.
    package func isOffered(by modes: [V4L2Mode]) -> Bool { modes.offer(code, width: width, height: height) }
}
