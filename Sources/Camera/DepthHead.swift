import Depth
import Linux
import LockedMemory
import Pixels
import V4L2

/// The streams of a depth camera beside a colour camera's: a shot opens them, a live view does not.
struct DepthHead: ~Copyable, Sendable {
    private let calibration: Calibration
    private var depth: NodeStream
    private var infrared: NodeStream?

    init(_ setup: DepthSetup, _ use: CameraUse) throws(CameraError) {
        guard let calibration = setup.calibration else { throw .noCalibration }
        let first = try NodeStream(setup.depth, use.depth)
        var second: NodeStream?
        if let node = setup.infrared { second = try NodeStream(node, use.infrared) }
        self.calibration = calibration
        depth = first
        infrared = second
    }

    /// Forgets what is left of the shot before.
    mutating func begin() {
        depth.begin()
        infrared?.begin()
    }

    /// The frames that belong to a colour frame.
    ///
    /// - Parameters:
    ///   - colour: the colour frame's timestamp, nanoseconds of CLOCK_MONOTONIC.
    ///   - began: the shot's time; no frame that may have been exposed before it is taken.
    /// - Throws: `depth(.unpaired)` where another colour frame may find its pair.
    mutating func frames(
        beside colour: Int64, after began: Int64, cancelled: @Sendable () -> Bool
    ) throws(CameraError) -> PlainDepth {
        let measured = try depth.frame(beside: colour, after: began, cancelled: cancelled)
        let (facts, shape) = (depth.facts(measured.stamp, colour), try depth.depthShape())
        let taken: DepthFrame
        do { taken = try DepthFrame(shape, takenAt: measured.stamp.timestamp, measured.takeBytes()) } catch {
            throw .depth(.depth, error)
        }
        guard let lit = try infrared?.frame(beside: colour, after: began, cancelled: cancelled),
            let litFacts = infrared?.facts(lit.stamp, colour), let litShape = try infrared?.infraredShape()
        else { return PlainDepth(DepthFacts(calibration: calibration, depth: facts, infrared: nil), .depth(taken)) }
        let seen: InfraredFrame
        do { seen = try InfraredFrame(litShape, takenAt: lit.stamp.timestamp, lit.takeBytes()) } catch {
            throw .depth(.infrared, error)
        }
        return PlainDepth(
            DepthFacts(calibration: calibration, depth: facts, infrared: litFacts), .both(taken, seen))
    }
}

/// One node's stream, and the newest frame of it that no colour frame had yet.
private struct NodeStream: ~Copyable, Sendable {
    private let node: DepthNode
    private let device: V4L2Device
    private var stream: V4L2Stream
    private var held: V4L2Frame?

    init(_ node: DepthNode, _ device: V4L2Device?) throws(CameraError) {
        guard let device else { throw .node(node.kind, .absent(node.source.name)) }
        let opened: V4L2Stream
        do {
            opened = try V4L2Stream(
                device, format: node.code, width: node.width, height: node.height,
                interval: V4L2Interval(1, node.rate), locks: ControlLocks())
        } catch { throw .node(node.kind, error) }
        self.node = node
        self.device = device
        stream = opened
    }

    mutating func begin() { held = nil }

    mutating func frame(
        beside colour: Int64, after began: Int64, cancelled: @Sendable () -> Bool
    ) throws(CameraError) -> V4L2Frame {
        var earlier: V4L2Frame?
        var earlierAt: Int64?
        // The frame that came last may have come while an earlier colour frame looked for its pair.
        var newest: V4L2Frame
        if let last = held.take() { newest = last } else { newest = try next(after: began, cancelled) }
        while true {
            let at = newest.stamp.timestamp
            let step: PairStep
            do { step = try PairStep(colour, earlier: earlierAt, newest: at, frameTime: node.frameTime) } catch {
                held = consume newest
                throw .depth(node.kind, error)
            }
            switch step {
            case .newest: return newest
            case .earlier:
                held = consume newest
                guard let frame = earlier.take() else { throw .depth(node.kind, .unpaired(nearest: nil)) }
                return frame
            case .wait:
                earlier = consume newest
                earlierAt = at
                newest = try next(after: began, cancelled)
            }
        }
    }

    private mutating func next(
        after began: Int64, _ cancelled: @Sendable () -> Bool
    ) throws(CameraError) -> V4L2Frame {
        do { return try stream.frame(after: began, milliseconds: CameraHead.patience, cancelled: cancelled) } catch {
            throw .node(node.kind, error)
        }
    }

    func facts(_ stamp: FrameStamp, _ colour: Int64) -> NodeFacts {
        NodeFacts(
            code: node.code, width: node.width, height: node.height, stamp: stamp, gap: stamp.timestamp - colour,
            device: DeviceFacts(device))
    }

    func depthShape() throws(CameraError) -> DepthShape {
        do {
            return try DepthShape(width: node.width, height: node.height, bytesPerLine: stream.format.bytesPerLine)
        } catch { throw .depth(node.kind, error) }
    }

    func infraredShape() throws(CameraError) -> FrameShape {
        guard let format = PixelFormat(fourCC: node.code.value) else { throw .depth(node.kind, .format) }
        do {
            return try FrameShape(
                format, width: node.width, height: node.height, bytesPerLine: stream.format.bytesPerLine)
        } catch { throw .depth(node.kind, .format) }
    }
}

/// What is to be done with the frames of another stream that came so far.
enum PairStep: Equatable {
    /// The newest was exposed before the colour frame: the one after it may be nearer.
    case wait
    case earlier
    case newest

    /// - Parameters:
    ///   - colour: the colour frame's timestamp, nanoseconds; so are the others.
    ///   - frameTime: nanoseconds from one frame of the other stream to the next.
    /// - Throws: `unpaired` where neither lies within half a frame time.
    init(_ colour: Int64, earlier: Int64?, newest: Int64, frameTime: Int64) throws(DepthFault) {
        guard newest >= colour else {
            self = .wait
            return
        }
        let stamps = (earlier.map { [$0] } ?? []) + [newest]
        self = try pair(colour, with: stamps, frameTime: frameTime) == stamps.count - 1 ? .newest : .earlier
    }
}

extension CameraProfile.Source {
    /// What the configuration calls the device.
    package var name: String {
        switch self {
        case .v4l2(let name), .still(let name): name
        case .replay(let path): "replay:\(path)"
        }
    }
}
