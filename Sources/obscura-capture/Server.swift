import Control
import JOSE
import Linux

/// Answers the desk: length-prefixed requests from the closed table, each connection on a thread of its own.
struct Server: Sendable {
    let station: Station
    /// The desk's user; nobody else is answered.
    let desk: UInt32

    /// Milliseconds that a client may take for one request.
    static let patience = 10_000

    func run(_ listener: borrowing UnixListener) {
        while true {
            let box: StreamBox
            do throws(SystemCallError) {
                guard let stream = try listener.accept() else { continue }
                box = StreamBox(stream)
            } catch {
                // Too many connections: those that are open end by themselves within their time.
                tell(.clientLost(error))
                wait(milliseconds: 100)
                continue
            }
            do throws(SystemCallError) { try startThread { serve(box) } } catch {
                // No thread is left: this client is turned away and the next one may be luckier.
                tell(.clientLost(error))
            }
        }
    }

    private func serve(_ box: StreamBox) {
        do {
            guard try box.stream.peer().uid == desk else {
                try box.stream.send(ControlReply.refused(Refusal("peer", "only the desk is answered")).message)
                return
            }
            while true {
                let bytes = try box.stream.receive(bound: ControlRequest.bound, milliseconds: Self.patience)
                let call: ControlCall
                do { call = try allowed(bytes) } catch {
                    try box.stream.send(ControlReply.refused(error).message)
                    continue
                }
                if case .preview(let wish, let pictures) = call.request {
                    return try show(wish, pictures, on: box.stream)
                }
                try box.stream.send(reply(to: call).message)
            }
        } catch { return }
    }

    /// The reply goes out with the first picture, so that whatever keeps it from being shown can still be said.
    private func show(_ wish: ShotWish, _ pictures: Int64?, on stream: borrowing UnixStream) throws {
        var isShown = false
        do throws(Refusal) {
            try station.preview(wish, pictures: pictures) { jpeg in
                if !isShown { try stream.send(ControlReply.done([:]).message) }
                isShown = true
                try stream.send(jpeg)
            }
        } catch {
            if !isShown { try stream.send(ControlReply.refused(error).message) }
        }
    }

    /// The call that a message holds, when whoever asks may ask it.
    private func allowed(_ bytes: [UInt8]) throws(Refusal) -> ControlCall {
        let call: ControlCall
        do { call = try ControlCall(parsing: bytes) } catch {
            throw Refusal("request", "not a request of the table: \(error)")
        }
        // The desk has asked the kernel for the role; capture holds it against its own table again.
        guard call.isAllowed else { throw Refusal("role", "this role may not do this") }
        return call
    }

    private func reply(to call: ControlCall) -> ControlReply {
        do { return .done(try answer(call)) } catch { return .refused(error) }
    }

    private func answer(_ call: ControlCall) throws(Refusal) -> JSONObject {
        switch call.request {
        case .status: return station.status()
        case .devices: return station.devices()
        case .approveCamera(let name): return try station.approveCamera(name)
        case .revokeCamera(let name): return try station.revokeCamera(name)
        case .openSession(let token): return try station.open(token: Array(token.utf8), caller: call.uid)
        case .chooseSite(let site): return try station.choose(site: site)
        case .closeSession: return try station.close()
        case .withdrawSession: return try station.withdraw()
        case .capture(let wish): return try station.capture(wish, caller: call.uid)
        case .scan(let wish): return try station.scan(wish, caller: call.uid)
        case .preview: throw Refusal("request", "a live view has no reply of its own")
        case .void(let sequence, let reason): return try station.void(sequence, reason: reason)
        case .queue: return station.queue()
        case .enroll(let root, let policy): return try station.enroll(root: root, policy: Array(policy.utf8))
        case .recoveryRequest: return try station.recoveryRequest()
        case .recover(let word): return try station.recover(word: Array(word.utf8))
        case .doctor: return station.doctor()
        case .podStatus: return try station.podStatus()
        case .podTest: return try station.podTest()
        case .journal(let last): return try station.journal(last: last)
        }
    }
}

/// Carries a connection onto its thread.
private final class StreamBox: Sendable {
    let stream: UnixStream
    init(_ stream: consuming UnixStream) { self.stream = stream }
}
