import Linux
import StillLink
import StillNode
import UVC

/// Why a video camera gave no still.
enum VideoShotError: Error, Equatable {
    case node(StillNodeError)
    case descriptors(UVCError)
    /// No still came after the trigger, or no stream before it.
    case late
    /// The camera marked the still as damaged, or what came is no whole picture of its format.
    case picture
    /// Nobody wants it any more.
    case unwanted
    /// More bytes than the camera had promised.
    case broken
    /// It promises a picture of so many bytes.
    case large(Int)
    case memory(SystemCallError)
}

/// One still of a video camera (UVC still image capture, methods 2 and 3). The kernel's driver has no way to ask for it
/// and lets nobody else ask beside it: it lets go of the camera for the one picture, and gets it back in every case.
struct VideoShot: ~Copyable {
    private let node: StillNode
    private let still: UVCStill
    private let bound: Int

    /// Frames of the stream before the trigger: what a camera adjusts by itself begins anew with it.
    private static let settling = 10
    /// Nanoseconds for those frames, and for the still.
    private static let patience: Int64 = 10_000_000_000
    /// Packets of one transfer: of an isochronous one, 4 ms of high speed.
    static let packets = 32

    /// Opens a camera and looks for the still in its descriptors; nothing is asked of it yet.
    ///
    /// - Parameter bound: bytes that a picture may have.
    static func open(
        _ wish: UVCStillWish, bus: UInt8, device: UInt8, _ transport: StillTransport, bound: Int
    ) throws(VideoShotError) -> VideoShot {
        let node = try node(bus, device, transport)
        let still: UVCStill
        do { still = try UVCStill(wish, in: node.descriptors) } catch { throw .descriptors(error) }
        return VideoShot(node: node, still: still, bound: bound)
    }

    private init(node: consuming StillNode, still: UVCStill, bound: Int) {
        self.node = node
        (self.still, self.bound) = (still, bound)
    }

    private static func node(
        _ bus: UInt8, _ device: UInt8, _ transport: StillTransport
    ) throws(VideoShotError) -> StillNode {
        do { return try StillNode(bus: bus, device: device, transport) } catch { throw .node(error) }
    }

    /// Takes the still; its file has exactly its bytes.
    ///
    /// - Parameter isWanted: asked at least every 50 ms; false gives the still up.
    consuming func take(while isWanted: () -> Bool) throws(VideoShotError) -> MemoryFile {
        guard isWanted() else { throw .unwanted }
        // The control interface first: with it the kernel's driver gives up the streaming one.
        try ask { node throws(StillNodeError) in try node.take(still.control) }
        defer { try? node.giveBack(still.control) }
        try ask { node throws(StillNodeError) in try node.take(still.streaming) }
        defer { try? node.giveBack(still.streaming) }
        defer { end() }
        let (stream, picture) = try commit()
        let pipe = try pipe(for: stream, picture)
        var receiver = try Receiver(still, pipe, stream, picture, bound: bound)
        // Whatever came of it.
        defer { receiver.wipe() }
        try ask { node throws(StillNodeError) in
            if pipe.isIsochronous { try node.choose(pipe.alternate, of: still.streaming) }
            try node.listen(to: still.videoEndpoint, size: receiver.videoSize, packets: receiver.videoPackets)
            if still.wish.method == .three {
                try node.listen(to: still.stillEndpoint, size: receiver.stillSize, packets: 0)
            }
        }
        try receive(&receiver, isWanted) { $0.frames >= Self.settling }
        receiver.begin()
        do throws(VideoShotError) {
            try trigger(still.trigger)
            try receive(&receiver, isWanted) { $0.isWhole }
        } catch {
            // A still that comes late would be the next patient's: a camera may not hear the abort, but the reset.
            try? trigger(UVCStill.abort)
            node.stop()
            try? node.rescue(still.control)
            throw error
        }
        return try receiver.picture()
    }

    private func pipe(for stream: UVCStill.Promise, _ picture: UVCStill.Promise) throws(VideoShotError) -> UVCStill.Pipe
    {
        // The still's own pipe has room of its own.
        let payload = still.wish.method == .two ? max(stream.payload, picture.payload) : stream.payload
        do { return try still.pipe(for: payload) } catch { throw .descriptors(error) }
    }

    private func trigger(_ bytes: [UInt8]) throws(VideoShotError) {
        try ask { node throws(StillNodeError) in
            try node.set(UVCRequest.setCurrent, UVCControl.stillTrigger.rawValue, of: still.streaming, to: bytes)
        }
    }

    private func ask<R>(
        _ body: (borrowing StillNode) throws(StillNodeError) -> R
    ) throws(VideoShotError) -> R {
        do { return try body(node) } catch { throw .node(error) }
    }

    /// Agrees with the camera on stream and still (UVC 1.5, 4.3.1.1 and 4.3.1.2).
    private func commit() throws(VideoShotError) -> (stream: UVCStill.Promise, still: UVCStill.Promise) {
        let stream = try agree(.probe, .commit, on: still.probe)
        let picture = try agree(.stillProbe, .stillCommit, on: still.stillProbe)
        do { return (try still.promise(ofStream: stream), try still.promise(ofStill: picture)) } catch {
            throw .descriptors(error)
        }
    }

    /// - Returns: what the camera made of the probe, which is what was committed.
    private func agree(
        _ probe: UVCControl, _ commit: UVCControl, on bytes: [UInt8]
    ) throws(VideoShotError) -> [UInt8] {
        try ask { node throws(StillNodeError) in
            try node.set(UVCRequest.setCurrent, probe.rawValue, of: still.streaming, to: bytes)
            let answer = try node.get(
                UVCRequest.current, probe.rawValue, of: still.streaming, atMost: bytes.count)
            try node.set(UVCRequest.setCurrent, commit.rawValue, of: still.streaming, to: answer)
            return answer
        }
    }

    /// Receives until something is so.
    private func receive(
        _ receiver: inout Receiver, _ isWanted: () -> Bool, until isSo: (borrowing Receiver) -> Bool
    ) throws(VideoShotError) {
        let deadline = Clock.monotonic() + Self.patience
        while !isSo(receiver) {
            let left = (deadline - Clock.monotonic()) / 1_000_000
            guard left > 0 else { throw .late }
            guard isWanted() else { throw .unwanted }
            do throws(StillNodeError) {
                try node.next(milliseconds: min(50, Int(left))) { endpoint, error, bytes in
                    receiver.receive(endpoint, error, bytes)
                }
            } catch {
                guard error == .late else { throw .node(error) }
            }
            if let error = receiver.error { throw error }
        }
    }

    /// Stops the stream: an isochronous one with its bandwidth, a bulk one as hosts say it (UVC 1.5, 2.4.3).
    private func end() {
        node.stop()
        if still.isIsochronous {
            try? node.choose(0, of: still.streaming)
        } else {
            try? node.clearHalt(of: still.videoEndpoint)
        }
        if still.wish.method == .three { try? node.clearHalt(of: still.stillEndpoint) }
    }
}
