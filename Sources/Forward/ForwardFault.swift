import Curl
import ForwardLink

extension ForwardFault {
    /// Whether the next entry could fare better: then only this one waits.
    var concernsOneEntry: Bool { self == .refused || self == .outbox }

    /// Whether capture mends it by writing to the outbox: then that is waited for.
    var awaitsCapture: Bool { self == .noStore || self == .noTicket }

    /// Whether asking the store anything else now is pointless.
    var isOffline: Bool {
        switch self {
        case .resolve, .connect, .tlsExpired, .tlsNotYet, .tlsName, .tlsAuthority, .tls, .timeout, .cut: true
        default: false
        }
    }

    init(_ error: CurlError) {
        self =
            switch error {
            case .resolve: .resolve
            case .connect: .connect
            case .tls(.expired): .tlsExpired
            case .tls(.notYet): .tlsNotYet
            case .tls(.otherName): .tlsName
            case .tls(.untrusted), .tls(.authority): .tlsAuthority
            case .tls(.handshake): .tls
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
