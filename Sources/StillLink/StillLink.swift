import Linux
import LockedMemory

/// No picture came back from the still camera.
package enum StillError: Error, Equatable, Sendable {
    /// Nothing listens, or the connection could not be made.
    case unreachable(SystemCallError)
    /// The socket belongs to another user (uid) than the worker's.
    case otherUser(UInt32)
    /// The worker closed or died before its answer was complete.
    case died
    /// No answer within the time.
    case late
    /// The shot was given up.
    case cancelled
    /// An answer that breaks the protocol.
    case nonsense(StillFormatError)
    case system(SystemCallError)
    case memory(LockedMemoryError)
    /// The worker's own refusal, with the camera's words where it has some.
    case fault(StillFault, words: [UInt8])
}

/// A picture as it came, in locked memory, and who took it.
package struct StillPicture: ~Copyable {
    package let name: StillName
    private let bytes: LockedBytes

    init(name: StillName, bytes: consuming LockedBytes) {
        self.name = name
        self.bytes = bytes
    }

    package consuming func takeBytes() -> LockedBytes { bytes }
}

/// The way from `obscura-capture` to the process that holds the still camera, for one picture: that process ends with it.
package struct StillLink: Sendable, Equatable {
    private let path: String
    private let worker: UInt32

    /// - Parameters:
    ///   - path: the worker's socket.
    ///   - worker: the user's id that the worker must have.
    package init(path: String, worker: UInt32) {
        self.path = path
        self.worker = worker
    }

    /// Has the camera at a place of the bus opened, one picture taken, and the camera closed.
    ///
    /// - Parameters:
    ///   - video: the still that is wanted of a video camera; nil for one that speaks PTP.
    ///   - milliseconds: time for the answer.
    ///   - cancelled: asked at least every 50 ms; true gives the picture up.
    package func picture(
        bus: UInt8, device: UInt8, video: VideoStill? = nil, milliseconds: Int, cancelled: @Sendable () -> Bool
    ) throws(StillError) -> StillPicture {
        let request: StillRequest
        do { request = try StillRequest(identifier: 1, bus: bus, device: device, video: video) } catch {
            throw .nonsense(error)
        }
        do {
            let stream = try UnixStream.connected(to: path, ownedBy: worker)
            try stream.send(request.message)
            try Self.wait(for: stream, milliseconds: milliseconds, cancelled: cancelled)
            // It has begun to answer: the rest is there or nearly.
            let message = try stream.receive(bound: StillAnswer.longestMessage, milliseconds: 2000)
            let answer = try StillAnswer(parsing: message.span, to: request)
            switch answer.outcome {
            case .fault(let fault, let words): throw StillError.fault(fault, words: words)
            case .picture(let count, let name):
                let file = try MemoryFile(received: try stream.receiveDescriptor(), bound: StillAnswer.mostBytes)
                guard file.count == count else { throw StillFormatError.length(file.count) }
                // Copied first and looked at afterwards: the worker may still write to its own mapping.
                return StillPicture(name: name, bytes: try LockedBytes(copying: file.bytes))
            }
        } catch { throw Self.error(error) }
    }

    private static func wait(
        for stream: borrowing UnixStream, milliseconds: Int, cancelled: @Sendable () -> Bool
    ) throws {
        let deadline = Clock.monotonic() + Int64(milliseconds) * 1_000_000
        while try poll([(stream.descriptor.number, .readable)], milliseconds: 50)[0].isEmpty {
            if cancelled() { throw StillError.cancelled }
            if Clock.monotonic() >= deadline { throw StillError.late }
        }
    }

    private static func error(_ error: any Error) -> StillError {
        switch error {
        case let error as StillError: error
        case let error as StillFormatError: .nonsense(error)
        case OwnerError.unreachable(let error): .unreachable(error)
        case OwnerError.otherUser(let user): .otherUser(user)
        case let error as LockedMemoryError: .memory(error)
        case MessageError.timedOut: .late
        case MessageError.tooLarge(let count): .nonsense(.length(count))
        case MessageError.system(let error): .system(error)
        case let error as SystemCallError: ["send", "recvmsg"].contains(error.call) ? .died : .system(error)
        default: .died
        }
    }
}
