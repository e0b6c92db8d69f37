import BundleFormat
import Consent
import Depth
import JPEG
import Linux
import LockedMemory
import Pixels
import StillLink
import V4L2

/// Why a camera gave no frame.
package enum CameraError: Error, Equatable, Sendable {
    case driver(V4L2Error)
    case replay(ReplayError)
    /// The still camera's process gave no picture.
    case still(StillError)
    /// What the still camera sent is no JPEG that can be masked.
    case stillPicture(JPEGError)
    /// The station has no process for stills.
    case noStill
    /// A video camera's still has another size than was asked for.
    case otherStill
    /// A still camera shows nothing between two pictures.
    case noLiveView
    /// Neither the configuration nor a profile says what the device is to be asked for.
    case noStream
    /// A depth camera without the `[depth]` of a profile.
    case noCalibration
    /// A node beside the colour node gave no frame.
    case node(DepthNode.Kind, V4L2Error)
    /// What a node beside the colour node sent is not taken.
    case depth(DepthNode.Kind, DepthFault)
}

/// How a camera is to be used, and the device that was found for it: none for replay.
package struct CameraUse: Sendable, Equatable {
    package let profile: CameraProfile
    package let device: V4L2Device?
    /// The devices of the nodes beside the colour node.
    package let depth: V4L2Device?
    package let infrared: V4L2Device?

    package init(
        profile: CameraProfile, device: V4L2Device?, depth: V4L2Device? = nil, infrared: V4L2Device? = nil
    ) {
        (self.profile, self.device, self.depth, self.infrared) = (profile, device, depth, infrared)
    }

    /// Every device that was found for it.
    package var devices: [V4L2Device] { [device, depth, infrared].compactMap(\.self) }
}

/// One camera of the station: closed until a grant is spent on it, and closed again when the session ends.
package struct CameraHead: ~Copyable, Sendable {
    private var state = State.closed
    private var nextReplay = 0
    private var nextPreview = 0
    private var depthHead: DepthHead?
    /// What the streams of `depthHead` were opened for.
    private var depthUse: CameraUse?

    private enum State: ~Copyable {
        case closed
        case streaming(V4L2Stream, CameraProfile.Stream, CameraUse)
    }

    /// How long a frame is awaited, in milliseconds.
    static let patience = 10_000
    /// Colour frames that may look for their pair in one shot.
    private static let mostPairs = 8

    private let still: StillLink?

    /// - Parameter still: the way to the still camera's process; nil where the station has no such camera.
    package init(still: StillLink? = nil) { self.still = still }

    /// What is streaming; nil while the camera is closed.
    package var use: CameraUse? {
        switch state {
        case .closed: nil
        case .streaming(_, _, let use): use
        }
    }

    /// Stops the stream and closes the device; nothing is captured until the next grant.
    package mutating func close() {
        state = .closed
        depthHead = nil
    }

    /// Takes one frame, and from a depth camera the frames that belong to it.
    ///
    /// A stream that fails is closed, so the next shot opens the device anew: that is how it is found again.
    /// - Parameters:
    ///   - wanted: another use than the one that streams closes the device and opens that one.
    ///   - moment: nanoseconds of CLOCK_MONOTONIC; the first frame whose exposure began later is taken.
    ///   - cancelled: asked at least every 50 ms; true gives the shot up.
    package mutating func expose(
        _ grant: consuming ExposureGrant, with wanted: CameraUse, after moment: Int64 = Clock.monotonic(),
        cancelled: @Sendable () -> Bool
    ) throws(CameraError) -> PlainFrame {
        if case .still = wanted.profile.source {
            let taken = try StillExposure(wanted, still, cancelled: cancelled)
            let (profile, facts) = (taken.profile, taken.facts)
            return PlainFrame(grant: grant, profile: profile, facts: facts, bytes: taken.takeBytes())
        }
        var number = nextReplay
        defer { nextReplay = number }
        if let wish = wanted.profile.still, case .v4l2 = wanted.profile.source {
            // A frame first: it locks the controls, and whoever else holds the camera is met here.
            let before = try take(wanted, &number, after: moment, cancelled: cancelled).facts
            guard let device = Self.device(of: wanted) else { throw .driver(.swapped) }
            let plug = try USBPlug(of: device)
            close()
            let taken = try StillExposure(wish, wanted.profile, of: device, plug, after: before, still, cancelled)
            let facts = taken.facts
            CameraNodes.wait(until: Clock.monotonic() + CameraNodes.patience, cancelled) {
                Self.device(of: wanted) != nil
            }
            return PlainFrame(grant: grant, profile: wanted.profile, facts: facts, bytes: taken.takeBytes())
        }
        guard let setup = wanted.profile.depth else {
            let taken = try take(wanted, &number, after: moment, cancelled: cancelled)
            let facts = taken.facts
            return PlainFrame(grant: grant, profile: wanted.profile, facts: facts, bytes: taken.takeBytes())
        }
        var depth: PlainDepth?
        let taken = try take(wanted, setup, &number, &depth, after: moment, cancelled: cancelled)
        let facts = taken.facts
        return PlainFrame(
            grant: grant, profile: wanted.profile, facts: facts, bytes: taken.takeBytes(), depth: depth.take())
    }

    /// Takes the next frame for a live view; the device is opened as for a shot and goes on streaming.
    package mutating func preview(
        _ grant: consuming PreviewGrant, with wanted: CameraUse, cancelled: @Sendable () -> Bool
    ) throws(CameraError) -> PreviewFrame {
        var number = nextPreview
        defer { nextPreview = number }
        // A frame that began before it was asked for is as good, an old one from the queue is not.
        let taken = try take(wanted, &number, after: Clock.monotonic() - 100_000_000, cancelled: cancelled)
        let facts = taken.facts
        return PreviewFrame(grant: grant, profile: wanted.profile, facts: facts, bytes: taken.takeBytes())
    }

    /// A frame before it is anybody's.
    private struct Taken: ~Copyable {
        let facts: FrameFacts
        private let bytes: LockedBytes

        init(_ facts: FrameFacts, _ bytes: consuming LockedBytes) {
            self.facts = facts
            self.bytes = bytes
        }

        consuming func takeBytes() -> LockedBytes { bytes }
    }

    /// The camera's node as it is called now: after a still the kernel may have numbered it anew.
    private static func device(of use: CameraUse) -> V4L2Device? {
        guard let meant = use.device else { return nil }
        let nodes = V4L2.devices().filter { $0.isSame(as: meant) }
        // A camera may have several nodes.
        return nodes.first { $0 == meant }
            ?? nodes.first { node in
                (try? V4L2.modes(of: node)).map { modes in use.profile.streams.contains { modes.offer($0) } } ?? false
            }
    }

    private func open(_ use: CameraUse, _ name: String) throws(CameraError) -> State {
        guard let device = use.profile.still == nil ? use.device : Self.device(of: use) else {
            throw .driver(.absent(name))
        }
        let choices = use.profile.streams
        // One choice is asked for as it is, so that the driver's own refusal is what the technician reads.
        let choice =
            choices.count == 1
            ? choices[0] : choices.first { choice in (try? V4L2.modes(of: device))?.offer(choice) ?? false }
        guard let choice else { throw choices.isEmpty ? .noStream : .driver(.formatNotOffered(choices[0].code)) }
        do {
            let stream = try V4L2Stream(
                device, format: choice.code, width: choice.width, height: choice.height,
                interval: choice.rate.map { V4L2Interval(1, $0) }, locks: use.profile.locks)
            return .streaming(stream, choice, use)
        } catch { throw .driver(error) }
    }

    /// Takes a colour frame with what belongs to it; streams that fail are closed.
    private mutating func take(
        _ wanted: CameraUse, _ setup: DepthSetup, _ replayed: inout Int, _ depth: inout PlainDepth?,
        after moment: Int64, cancelled: @Sendable () -> Bool
    ) throws(CameraError) -> Taken {
        if case .replay = wanted.profile.source {
            let taken = try take(wanted, &replayed, after: moment, cancelled: cancelled)
            depth = try setup.replay(number: replayed - 1, beside: taken.facts.stamp)
            return taken
        }
        try stream(wanted)
        var streams: DepthHead
        var began = moment
        if depthUse == wanted, let open = depthHead.take() {
            streams = open
        } else {
            depthHead = nil
            streams = try DepthHead(setup, wanted)
            // What the colour node has exposed before all of them ran finds no pair.
            began = Clock.monotonic()
        }
        let taken = try pairUp(&streams, wanted, &replayed, &depth, after: began, cancelled: cancelled)
        depthHead = consume streams
        depthUse = wanted
        return taken
    }

    private mutating func pairUp(
        _ streams: inout DepthHead, _ wanted: CameraUse, _ replayed: inout Int, _ depth: inout PlainDepth?,
        after began: Int64, cancelled: @Sendable () -> Bool
    ) throws(CameraError) -> Taken {
        streams.begin()
        var pairs = 0
        while true {
            let taken = try take(wanted, &replayed, after: began, cancelled: cancelled)
            pairs += 1
            do throws(CameraError) {
                depth = try streams.frames(
                    beside: taken.facts.stamp.timestamp, after: began, cancelled: cancelled)
                return taken
            } catch {
                guard case .depth(_, .unpaired) = error, pairs < Self.mostPairs else { throw error }
            }
        }
    }

    /// Lets the colour node stream for this use.
    private mutating func stream(_ wanted: CameraUse) throws(CameraError) {
        guard use != wanted, case .v4l2(let name) = wanted.profile.source else { return }
        state = .closed
        state = try open(wanted, name)
    }

    /// - Parameter began: CLOCK_MONOTONIC in nanoseconds; only frames whose exposure began later are taken.
    private mutating func take(
        _ wanted: CameraUse, _ replayed: inout Int, after began: Int64, cancelled: @Sendable () -> Bool
    ) throws(CameraError) -> Taken {
        switch wanted.profile.source {
        case .still: throw .noLiveView
        case .replay(let path):
            if cancelled() { throw .driver(.cancelled) }
            replayed += 1
            return try Self.replay(path, number: replayed - 1)
        case .v4l2:
            do throws(CameraError) {
                try stream(wanted)
                return try takeFromStream(after: began, cancelled: cancelled)
            } catch {
                state = .closed
                throw error
            }
        }
    }

    private mutating func takeFromStream(
        after began: Int64, cancelled: @Sendable () -> Bool
    ) throws(CameraError) -> Taken {
        let pressed = Clock.monotonic()
        var taken = State.closed
        swap(&taken, &state)
        guard case .streaming(var stream, let choice, let use) = consume taken else { throw .noStream }
        let frame: V4L2Frame
        do { frame = try stream.frame(after: began, milliseconds: Self.patience, cancelled: cancelled) } catch {
            throw .driver(error)
        }
        let facts = try Self.facts(stream, choice, use, stamp: frame.stamp, pressed: pressed)
        let bytes = try Self.samples(of: frame, stream, choice)
        state = .streaming(stream, choice, use)
        return Taken(facts, bytes)
    }

    /// The frame's bytes in the profile's format.
    private static func samples(
        of frame: consuming V4L2Frame, _ stream: borrowing V4L2Stream, _ choice: CameraProfile.Stream
    ) throws(CameraError) -> LockedBytes {
        guard choice.convertedFrom != nil else { return frame.takeBytes() }
        do { return try stream.rgb(frame) } catch { throw .driver(error) }
    }

    private static func facts(
        _ stream: borrowing V4L2Stream, _ choice: CameraProfile.Stream, _ use: CameraUse, stamp: FrameStamp,
        pressed: Int64
    ) throws(CameraError) -> FrameFacts {
        let taken = stream.format
        var colorimetry: Colorimetry?
        if !taken.isCompressed {
            colorimetry = Colorimetry(taken)
            if colorimetry == nil {
                guard !choice.format.hasChroma else {
                    throw .driver(.formatChanged("colour matrix \(taken.encoding) of colour space \(taken.colorspace)"))
                }
                // Grey and RGB samples are what they are; what stands here is not looked at.
                colorimetry = Colorimetry(matrix: .bt601, range: .limited)
            }
        }
        let bytesPerLine = choice.convertedFrom == nil ? taken.bytesPerLine : 3 * taken.width
        let controls: [String: Int64]
        do { controls = try stream.controls() } catch { throw .driver(error) }
        return FrameFacts(
            format: choice.format, width: taken.width, height: taken.height,
            bytesPerLine: taken.isCompressed ? 0 : bytesPerLine, colorimetry: colorimetry, origin: .live,
            stamp: stamp, age: stamp.timestamp - pressed, controls: controls, locked: stream.held.keys.sorted(),
            device: DeviceFacts(use.device))
    }

    private static func replay(_ path: String, number: Int) throws(CameraError) -> Taken {
        let picture: ReplayPicture
        do { picture = try ReplayPicture(path, number: number) } catch { throw .replay(error) }
        let stamp = FrameStamp(
            sequence: UInt32(truncatingIfNeeded: number), timestamp: Clock.monotonic(), lost: 0, damaged: 0)
        let facts = FrameFacts(
            format: .mjpg, width: picture.width, height: picture.height, bytesPerLine: 0, colorimetry: nil,
            origin: .replay, stamp: stamp, age: 0, controls: [:], locked: [], device: DeviceFacts(nil))
        return Taken(facts, picture.takeBytes())
    }
}

extension PixelFormat {
    fileprivate var hasChroma: Bool { [.yuyv, .uyvy, .nv12].contains(self) }
}

extension DeviceFacts {
    /// - Parameter device: nil for a replayed picture.
    init(_ device: V4L2Device?) {
        driver = device?.driver ?? "replay"
        card = device?.card ?? "replayed picture"
        bus = device?.bus ?? ""
        serial = device?.serial ?? ""
        usbID = device?.usbID ?? ""
    }
}

extension [V4L2Mode] {
    /// Whether a device with these modes can be asked for a stream.
    package func offer(_ stream: CameraProfile.Stream) -> Bool {
        offer(stream.code, width: stream.width, height: stream.height)
    }

    /// Whether a device with these modes sends this format at this size.
    func offer(_ code: FourCC, width: Int, height: Int) -> Bool {
        contains { mode in
            mode.format == code
                && (mode.stepwise
                    ? width <= mode.width && height <= mode.height : (width, height) == (mode.width, mode.height))
        }
    }
}
