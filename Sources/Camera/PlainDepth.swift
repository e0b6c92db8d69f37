import Depth
import V4L2

/// Where and how depth was taken beside a colour frame, for the shot's record.
package struct DepthFacts: Sendable, Equatable {
    package let calibration: Calibration
    package let depth: NodeFacts
    package let infrared: NodeFacts?
}

/// Where and how one node's frame was taken.
package struct NodeFacts: Sendable, Equatable {
    package let code: FourCC
    /// Pixels.
    package let width: Int
    /// Pixels.
    package let height: Int
    package let stamp: FrameStamp
    /// Nanoseconds from the colour frame to this one, by the drivers' stamps; below zero where this one is the earlier.
    package let gap: Int64
    package let device: DeviceFacts
}

/// What the depth camera saw with a colour frame, unmasked, in locked memory. It comes with the frame alone; with the
/// frame's mask it is masked, or kept under a grant for geometry.
package struct PlainDepth: ~Copyable, Sendable {
    package enum Frames: ~Copyable, Sendable {
        case depth(DepthFrame)
        case both(DepthFrame, InfraredFrame)
    }

    package let facts: DepthFacts
    private let frames: Frames

    init(_ facts: DepthFacts, _ frames: consuming Frames) {
        self.facts = facts
        self.frames = frames
    }

    package consuming func takeFrames() -> Frames { frames }
}
