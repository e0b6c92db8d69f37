import Curl

/// Why something stays in the outbox for now: the closed vocabulary of `forward.json`.
package enum ForwardFault: String, Error, Sendable {
    /// `store.json` is absent or not what capture writes.
    case noStore = "no-store"
    /// `ticket.jws` or `station.pem` is absent.
    case noTicket = "no-ticket"
    case resolve, connect, tls
    case timeout, cut
    /// The store does not accept the ticket, or does not approve the station.
    case denied
    /// The store has no room or no time now.
    case busy
    /// The store failed by its own word.
    case server
    /// The answer is not one that this request can have.
    case protocolBroken = "protocol"
    /// The store refuses this one thing.
    case refused
    /// An entry of the outbox cannot be read.
    case outbox
    /// The inbox cannot be written.
    case inbox

    /// Whether the next entry could fare better: then only this one waits.
    var concernsOneEntry: Bool { self == .refused || self == .outbox }

    /// Whether asking the store anything else now is pointless.
    var isOffline: Bool {
        switch self {
        case .resolve, .connect, .tls, .timeout, .cut: true
        default: false
        }
    }

    init(_ error: CurlError) {
        self =
            switch error {
            case .resolve: .resolve
            case .connect: .connect
            case .tls: .tls
            case .timedOut: .timeout
            case .cut: .cut
            case .address, .header: .noStore
            case .body: .outbox
            case .tooLarge, .malformed, .cancelled, .other: .protocolBroken
            }
    }

    /// What an answer's status means where it is not the one hoped for.
    init(status: Int) {
        self =
            switch status {
            case 401, 403: .denied
            case 408, 429, 503, 507: .busy
            case 500...599: .server
            case 400...499: .refused
            default: .protocolBroken
            }
    }
}
