import Control
import ForwardLink
import JOSE
import Linux

/// How delivery goes, as far as capture can know it: by what forward says.
enum DeliverySight: Equatable {
    /// No report, or none that capture understands.
    case unknown
    case works(since: Int64)
    case fails(ForwardFault, since: Int64)

    init(_ report: ForwardReport?) {
        guard let report else {
            self = .unknown
            return
        }
        self = report.lastError.map { .fails($0, since: report.since) } ?? .works(since: report.since)
    }

    /// The status's `delivery`.
    var object: JSONObject {
        switch self {
        case .unknown: ["last_error": .string("no-report"), "since": .integer(0)]
        case .works(let since): ["last_error": .null, "since": .integer(since)]
        case .fails(let fault, let since): ["last_error": .string(fault.rawValue), "since": .integer(since)]
        }
    }

    /// Why delivery fails and how to mend it; nil when it works.
    var refusal: Refusal? {
        switch self {
        case .unknown:
            Refusal(
                "delivery", "no-report: the delivery service has not said how delivery goes",
                hint: "systemctl status obscura-forward")
        case .works: nil
        case .fails(let fault, _): Refusal("delivery", "\(fault.rawValue): \(fault.line)", hint: fault.mend)
        }
    }
}

extension Station {
    /// Reads what forward wrote last.
    func delivery() -> DeliverySight {
        guard let inbox = inbox(), let bytes = try? inbox.read(ForwardReport.file, bound: ForwardReport.bound) else {
            return .unknown
        }
        return DeliverySight(try? ForwardReport(parsing: bytes))
    }
}

extension ForwardFault {
    /// What keeps bundles here, for the person at the station.
    fileprivate var line: String {
        switch self {
        case .noStore: "the station knows no store to deliver to"
        case .noTicket: "the station has no ticket to show at the store"
        case .resolve: "the store's name has no address"
        case .connect: "nothing answers at the store's address"
        case .tlsExpired: "by this station's clock the store's certificate has expired"
        case .tlsNotYet: "by this station's clock the store's certificate is not valid yet"
        case .tlsName: "what answers has a certificate for another name"
        case .tlsAuthority: "what answers has no certificate of the clinic's authority"
        case .tls: "no TLS 1.3 connection with the store comes about"
        case .timeout: "the store does not answer in time"
        case .cut: "connections to the store break off"
        case .denied: "the store does not accept this station's ticket"
        case .busy: "the store has no room or no time"
        case .server: "the store fails by its own word"
        case .protocolBroken: "what answers is not the clinic's store"
        case .refused: "the store refuses something that this station sends"
        case .outbox: "something in the outbox cannot be read"
        case .inbox: "what the store answers cannot be put where capture reads it"
        }
    }

    /// What that person can do about it.
    fileprivate var mend: String {
        switch self {
        case .noStore: "obscura enroll"
        case .noTicket: "mend keys and journal first; systemctl status obscura-capture"
        case .resolve: "check the network and its name server"
        case .connect, .cut: "check the network and its firewalls; at the clinic: does the store run"
        case .tlsExpired, .tlsNotYet:
            "check this station's clock; at the clinic: the store renews its certificate by itself, or logs why not"
        case .tlsName:
            "check for another server at this address; at the clinic: is the store's address in the policy right"
        case .tlsAuthority: "check for a proxy on the way; at the clinic: is another server at the store's address"
        case .tls: "check for a proxy on the way; at the clinic: look at the store's log"
        case .timeout: "check the network; at the clinic: look at the store's log"
        case .denied: "check this station's clock; at the clinic: obscura-clinic station list"
        case .busy: "at the clinic: make room on the store's disk"
        case .server: "at the clinic: look at the store's log"
        case .protocolBroken: "check for a proxy on the way; at the clinic: is the store's address in the policy right"
        case .refused, .outbox: "journalctl -u obscura-forward names it"
        case .inbox: "df /run/obscura/inbox; systemctl status obscura-forward"
        }
    }
}
