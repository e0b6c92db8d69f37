/// Everything that a station's long-running programs say in the log.
///
/// A closed list of facts: no case can take a token, a handle, a name or the path of a picture. What carries words carries
/// those of an error, and errors carry none of these either (Tests/desk searches for them).
package enum StationEvent: Equatable, Sendable {
    /// The command line or the configuration is wrong.
    case misused(String, hint: String? = nil)
    /// The program ends because it cannot go on.
    case stopped(String, hint: String? = nil)
    case strangerRefused(user: UInt32?)
    case memoryNotLocked(SystemCallError)
    case tpmLockedOut
    /// The keys cannot be had yet; each question tries again.
    case keysNotYet(String, hint: String? = nil)
    /// The TPM is not the one that made the station's keys: nothing is signed until the clinic has recovered the station.
    case otherTPM
    /// New keys were made on another TPM, because an administrator asked for them.
    case keysRenewed
    case clientLost(SystemCallError)
    case swept(files: Int)
    case shotReleased(sequence: Int64)
    case shotCharged(sequence: Int64)
    /// A start finished what was cut: a visit, a void, what lay about of a shot, the notice of a withdrawal.
    case visitEnded, noticeWritten
    /// The disk was full and has room again.
    case journalGoesOn
    case voidFinished(sequence: Int64), leftoverRemoved(sequence: Int64)
    /// Something that stays wrong until somebody mends it; told once.
    case standing(code: String, line: String)
    case refusalNotJournalled(what: String, code: String, why: String)
    case delivered(sequence: Int64, bundle: String, bytes: Int64)
    case notDelivered(code: String, sequence: Int64, bundle: String)
    case deliveryIncomplete(code: String)
    case retrying(code: String, seconds: Int64)
    /// A video camera that a process had taken for a still, and died of it, is the kernel's again.
    case givenBack(bus: UInt8, device: UInt8)

    /// As syslog(3) counts.
    package enum Priority: Int, Sendable {
        case error = 3
        case warning, notice, information
    }

    /// What is searched for: `journalctl OBSCURA_EVENT=shot-released`. Never renamed.
    package var code: String {
        switch self {
        case .misused: "misused"
        case .stopped: "stopped"
        case .strangerRefused: "stranger-refused"
        case .memoryNotLocked: "memory-not-locked"
        case .tpmLockedOut: "tpm-locked-out"
        case .keysNotYet: "keys-not-yet"
        case .otherTPM: "tpm-other"
        case .keysRenewed: "keys-renewed"
        case .clientLost: "client-lost"
        case .swept: "swept"
        case .shotReleased: "shot-released"
        case .shotCharged: "shot-charged"
        case .visitEnded: "visit-ended"
        case .noticeWritten: "notice-written"
        case .journalGoesOn: "journal-goes-on"
        case .voidFinished: "void-finished"
        case .leftoverRemoved: "leftover-removed"
        case .standing: "standing"
        case .refusalNotJournalled: "refusal-not-journalled"
        case .delivered: "delivered"
        case .notDelivered: "not-delivered"
        case .deliveryIncomplete: "delivery-incomplete"
        case .retrying: "retrying"
        case .givenBack: "camera-given-back"
        }
    }

    package var priority: Priority {
        switch self {
        case .misused, .stopped, .refusalNotJournalled: .error
        case .strangerRefused, .memoryNotLocked, .keysNotYet, .otherTPM, .clientLost, .standing, .notDelivered,
            .deliveryIncomplete:
            .warning
        case .tpmLockedOut, .keysRenewed, .swept, .shotReleased, .shotCharged, .retrying: .notice
        case .visitEnded, .noticeWritten, .journalGoesOn, .voidFinished, .leftoverRemoved, .givenBack: .notice
        case .delivered: .information
        }
    }

    /// One line for a person.
    package var line: String {
        switch self {
        case .misused(let line, _), .stopped(let line, _), .standing(_, let line): line
        case .keysNotYet(let line, _): "no keys yet: \(line)"
        case .strangerRefused(let user): "refused: a connection by user \(user.map(String.init) ?? "unknown")"
        case .memoryNotLocked(let error): "note: memory is not locked as a whole: \(error)"
        case .tpmLockedOut: "note: the TPM is locked out; the station's own keys are exempt"
        case .otherTPM:
            "note: this is another TPM than the one that made the station's keys; the clinic has to recover it"
        case .keysRenewed: "note: new keys were made on this TPM; the clinic has to recover the station"
        case .clientLost(let error): "a client was turned away: \(error)"
        case .swept(let files): "removed \(files) half-written files; nothing of them was acknowledged"
        case .shotReleased(let sequence): "shot \(sequence) had not become durable; its frame is given back"
        case .shotCharged(let sequence): "shot \(sequence) was durable and is charged"
        case .visitEnded: "the visit that was open is over; its bundles may leave"
        case .noticeWritten: "the notice of a withdrawal had not been written; the clinic is told now"
        case .journalGoesOn: "the journal goes on: there is room on the disk again"
        case .voidFinished(let sequence): "the void of shot \(sequence) had begun and is finished"
        case .leftoverRemoved(let sequence):
            "removed what was left of shot \(sequence), which had been delivered or voided"
        case .refusalNotJournalled(let what, let code, let why): "refused: \(what): \(code) (not journalled: \(why))"
        case .delivered(_, let bundle, let bytes): "delivered \(bundle), \(bytes) bytes"
        case .notDelivered(let code, _, let bundle): "\(code): \(bundle)"
        case .deliveryIncomplete(let code): "refused: not everything was delivered: \(code)"
        case .retrying(let code, let seconds): "\(code): trying again in \(seconds) s"
        case .givenBack(let bus, let device):
            "video camera \(device) on bus \(bus) is the kernel's again; a still of it had been broken off"
        }
    }

    /// What the person can do about it.
    package var hint: String? {
        switch self {
        case .misused(_, let hint), .stopped(_, let hint), .keysNotYet(_, let hint): hint
        default: nil
        }
    }

    /// The facts by themselves, for programs.
    var facts: [(name: String, value: String)] {
        switch self {
        case .misused, .stopped, .tpmLockedOut, .keysNotYet, .otherTPM, .keysRenewed: []
        case .strangerRefused(let user): user.map { [("USER", "\($0)")] } ?? []
        case .memoryNotLocked(let error), .clientLost(let error): [("CALL", error.call), ("ERRNO", "\(error.errno)")]
        case .swept(let files): [("FILES", "\(files)")]
        case .visitEnded, .noticeWritten, .journalGoesOn: []
        case .shotReleased(let sequence), .shotCharged(let sequence), .voidFinished(let sequence),
            .leftoverRemoved(let sequence):
            [("SEQ", "\(sequence)")]
        case .standing(let code, _), .deliveryIncomplete(let code): [("CODE", code)]
        case .refusalNotJournalled(let what, let code, _): [("WHAT", what), ("CODE", code)]
        case .delivered(let sequence, let bundle, let bytes):
            [("SEQ", "\(sequence)"), ("BUNDLE", bundle), ("BYTES", "\(bytes)")]
        case .notDelivered(let code, let sequence, let bundle):
            [("CODE", code), ("SEQ", "\(sequence)"), ("BUNDLE", bundle)]
        case .retrying(let code, let seconds): [("CODE", code), ("SECONDS", "\(seconds)")]
        case .givenBack(let bus, let device): [("BUS", "\(bus)"), ("DEVICE", "\(device)")]
        }
    }
}
