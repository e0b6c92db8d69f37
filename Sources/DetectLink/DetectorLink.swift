import Linux

/// No detection came back; the shot cannot be masked.
package enum DetectorError: Error, Equatable {
    /// Nothing listens, or the connection could not be made.
    case unreachable(SystemCallError)
    /// The socket belongs to another user (uid) than the detector's.
    case otherUser(UInt32)
    /// The worker closed or died before its answer was complete.
    case died
    /// No answer within the time.
    case late
    /// An answer that breaks the protocol.
    case nonsense(DetectionFormatError)
    /// The planes given do not make a request.
    case request(DetectionFormatError)
    case system(SystemCallError)
}

/// The way from `obscura-capture` to its detection worker.
///
/// A missing, late or wrong answer drops the connection; the next request makes a new one.
package struct DetectorLink: ~Copyable {
    private let path: String
    private let worker: UInt32
    private var stream: UnixStream?
    private var lastIdentifier: UInt64 = 0

    /// - Parameters:
    ///   - path: the worker's socket.
    ///   - worker: the user's id that the worker must have: unmasked pixels go to nobody else.
    package init(path: String, worker: UInt32) {
        self.path = path
        self.worker = worker
    }

    /// Finds the faces of each plane.
    ///
    /// - Parameters:
    ///   - planes: sizes and thresholds; 1 ... 8.
    ///   - pixels: the planes' bytes one after the other.
    ///   - milliseconds: time for the answer.
    ///   - meanwhile: what the caller has to do while the worker looks; the answer is waited for when it returns.
    /// - Returns: for each plane its faces, best first.
    package mutating func detect(
        _ planes: [DetectionPlane], pixels: Span<UInt8>, milliseconds: Int, meanwhile: () -> Void = {}
    ) throws(DetectorError) -> [[PlaneFace]] {
        lastIdentifier += 1
        let request: DetectionRequest
        do { request = try DetectionRequest(identifier: lastIdentifier, planes: planes) } catch {
            throw .request(error)
        }
        guard pixels.count == request.byteCount else { throw .request(.length(pixels.count)) }
        let connected = try takeStream()
        // Taken out while in use: whatever throws below leaves it closed.
        let answer = try Self.exchange(request, pixels, over: connected, milliseconds, meanwhile)
        stream = consume connected
        return answer.planes
    }

    /// Whether a worker is there; the connection that finds it is kept for the next request, so that asking often costs
    /// the worker nothing.
    package mutating func isReachable() -> Bool {
        if let open = stream.take() {
            // Between requests a living worker says nothing: what could be read now is its end.
            if let ready = try? poll([(open.descriptor.number, .readable)], milliseconds: 0), ready[0].isEmpty {
                stream = consume open
                return true
            }
        }
        do {
            stream = try takeStream()
            return true
        } catch { return false }
    }

    private mutating func takeStream() throws(DetectorError) -> UnixStream {
        if let open = stream.take() { return open }
        do { return try UnixStream.connected(to: path, ownedBy: worker) } catch {
            switch error {
            case .unreachable(let error): throw .unreachable(error)
            case .otherUser(let user): throw .otherUser(user)
            }
        }
    }

    private static func exchange(
        _ request: DetectionRequest, _ pixels: Span<UInt8>, over stream: borrowing UnixStream, _ milliseconds: Int,
        _ meanwhile: () -> Void
    ) throws(DetectorError) -> DetectionAnswer {
        let message: [UInt8]
        do {
            var file = try MemoryFile(name: "obscura-planes", count: request.byteCount)
            // Wiped when the answer is in: the worker may still hold its mapping.
            defer { file.wipe() }
            file.write(pixels, at: 0)
            try stream.send(request.message)
            try stream.send(descriptor: file.descriptor)
            meanwhile()
            message = try stream.receive(bound: DetectionAnswer.longestMessage, milliseconds: milliseconds)
        } catch let error as SystemCallError {
            throw ["send", "sendmsg"].contains(error.call) ? .died : .system(error)
        } catch let error as MessageError {
            switch error {
            case .timedOut: throw .late
            case .tooLarge(let count): throw .nonsense(.length(count))
            case .system(let error): throw .system(error)
            case .closed, .cut: throw .died
            }
        } catch { throw .died }
        do { return try DetectionAnswer(parsing: message.span, to: request) } catch { throw .nonsense(error) }
    }
}
