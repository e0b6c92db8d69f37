import KeyLink
import Linux
import LockedMemory

/// Answers one user's questions one after the other.
struct Service: ~Copyable {
    private var keyring: KeyringDoor
    private let listener: UnixListener
    /// The one user who is answered; root is no exception.
    private let peer: UInt32
    private var client: UnixStream?
    private let heartbeat = Heartbeat()

    /// Milliseconds that a message may take from its first byte to its last.
    private static let patience = 2000

    init(keyring: consuming KeyringDoor, listener: consuming UnixListener, peer: UInt32) {
        self.keyring = keyring
        self.listener = listener
        self.peer = peer
    }

    /// Never returns; ends only when the listening socket fails.
    mutating func run() throws(KeysError) -> Never {
        let interval = CInt(clamping: heartbeat.intervalMilliseconds)
        while true {
            heartbeat.beat()
            do {
                if let current = client.take() {
                    let ready = try poll(
                        [(current.descriptor.number, .readable), (listener.descriptor.number, .readable)],
                        milliseconds: interval)
                    // A question that was asked comes before a newcomer, and the newest client replaces the last one.
                    if ready[0].isEmpty || serve(current) { client = consume current }
                    if !ready[1].isEmpty { try accept() }
                } else {
                    let ready = try poll([(listener.descriptor.number, .readable)], milliseconds: interval)
                    if !ready[0].isEmpty { try accept() }
                }
            } catch { throw .socket(error) }
        }
    }

    private mutating func accept() throws(SystemCallError) {
        let newcomer: UnixStream
        do {
            guard let stream = try listener.accept() else { return }
            newcomer = stream
        } catch {
            // ECONNABORTED: whoever knocked has left.
            guard error.errno == 103 else { throw error }
            return
        }
        let uid = (try? newcomer.peer())?.uid
        guard uid == peer else {
            tell(.strangerRefused(user: uid))
            return
        }
        client = consume newcomer
    }

    /// Answers one message.
    ///
    /// - Returns: false when the connection is of no more use.
    private mutating func serve(_ stream: borrowing UnixStream) -> Bool {
        let message: [UInt8]
        do { message = try stream.receive(bound: KeyRequest.bound, milliseconds: Self.patience) } catch { return false }
        let reply: KeyReply
        do { reply = keyring.answer(try KeyRequest(parsing: message.span)) } catch { reply = .refused(.malformed) }
        do {
            let bytes = try reply.encoded()
            try stream.send(bytes.span)
            return true
        } catch { return false }
    }
}
