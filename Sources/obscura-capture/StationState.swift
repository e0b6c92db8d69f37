import Age
import BundleFormat
import Consent
import Control
import JOSE
import Journal
import KeyLink
import Linux
import LockedMemory
import Outbox
import Policy
import Seal

/// What the station knows under its one lock. Steps under it are short; a shot's camera, mask and cipher run outside.
struct StationState: ~Copyable {
    var vault: Vault
    var outbox: Outbox
    var session = ConsentSession()
    /// The TPM's share of the open session; wiped with its last owner.
    var sessionKeys: SessionKeys?
    /// Shots of the open session, by sequence number.
    var sessionShots: [Int64] = []
    /// Who opened the session, and which site is next; nil without one.
    var turn: VisitTurn?
    /// What the open session knows of scanners' folders.
    var scans = VisitScans()
    /// The pinned root's policy in force.
    var policy: ClinicPolicy?
    var lists = StatusLists()
    /// Seconds since 1970 of the newest receipt.
    var newestReceipt: Int64 = 0
    var ticketIssued: Int64 = 0
    var journalTime = JournalTime(realtime: Now.seconds(), boottime: Now.boot())
    /// Bundles that a check found missing or altered: no session opens until a person has looked.
    var alarms: Set<String> = []
    /// Reservations of shots that failed while the journal could not be written: given back as soon as it can.
    var unreleased: [Int64: String] = [:]
    /// Passing faults of delivery that standard error was told of once.
    var told: Set<String> = []
}

/// The journal and the key it is sealed under, or why they cannot be had.
enum Vault {
    case closed(Refusal)
    case open(OpenVault)
}

/// Everything that needs the TPM's state key. Touched only under the station's lock.
final class OpenVault: @unchecked Sendable {
    let identity: KeyLink.StationKey
    let key: BundleFormat.StationKey
    let stateKey: LockedBytes
    var journal: Journal

    init(
        identity: KeyLink.StationKey, key: BundleFormat.StationKey, stateKey: consuming LockedBytes,
        journal: consuming Journal
    ) {
        self.identity = identity
        self.key = key
        self.stateKey = stateKey
        self.journal = journal
    }

    func copyOfStateKey() throws(LockedMemoryError) -> LockedBytes { try Self.copy(of: stateKey) }

    private static func copy(of secret: borrowing LockedBytes) throws(LockedMemoryError) -> LockedBytes {
        try LockedBytes(copying: secret.span)
    }
}

extension OpenVault {
    /// After a disk that was full the journal goes on as soon as there is room.
    func mendJournal() throws(Refusal) {
        guard journal.isCut else { return }
        do { try journal.goOn(stateKey: stateKey) } catch { throw .journal(error) }
        tell(.journalGoesOn)
    }
}

/// The TPM's share of one session.
final class SessionKeys: Sendable {
    let mix: KeyMix
    let epoch: UInt64

    init(mix: consuming KeyMix, epoch: UInt64) {
        self.mix = mix
        self.epoch = epoch
    }
}

extension Journal: ConsentLedger {
    package func framesTaken(_ consent: ConsentReference) -> Int64 {
        guard let digest = try? Digest(consent.bytes) else { return .max }
        return ledger.framesTaken(digest)
    }

    package func isWithdrawn(_ consent: ConsentReference) -> Bool {
        guard let digest = try? Digest(consent.bytes) else { return true }
        return ledger.withdrawn.contains(digest)
    }

    package mutating func reserve(_ consent: ConsentReference, exposures: Int64) throws(LedgerFault) -> Int64 {
        let sequence = ledger.nextSequence
        do {
            try append(
                .reserved(sequence: sequence, consent: try Digest(consent.bytes), exposures: exposures),
                at: Now.seconds())
        } catch JournalError.notDurable(let error) {
            throw LedgerFault(call: error.call, errno: error.errno)
        } catch { throw LedgerFault(call: "journal", errno: Errno.io) }
        return sequence
    }
}

/// The station's clocks in seconds.
enum Now {
    static func seconds() -> Int64 { Clock.realtime() / 1_000_000_000 }
    static func boot() -> Int64 { Clock.boottime() / 1_000_000_000 }
}

extension StationState {
    /// The clocks, and the newest time that anything signed or written down has told.
    func clock() -> ClockReading {
        var floor = newestSigned
        if case .open(let open) = vault { floor = max(floor, open.journal.ledger.newest) }
        return ClockReading(realtime: Now.seconds(), boottime: Now.boot(), floor: floor)
    }

    /// Seconds since 1970 of the newest thing that the clinic signed.
    private var newestSigned: Int64 { max(newestReceipt, policy?.claims.issuedAt ?? 0, lists.newestIssue ?? 0) }

    /// The journal's fold, or an empty one while the journal cannot be read.
    var ledger: Ledger {
        switch vault {
        case .open(let open): open.journal.ledger
        case .closed: Ledger()
        }
    }

    /// The open vault.
    ///
    /// - Throws: why there is none.
    func opened() throws(Refusal) -> OpenVault {
        switch vault {
        case .open(let open): return open
        case .closed(let refusal): throw refusal
        }
    }

    /// Bytes of disk that shots leave free, so that a full outbox can still be delivered: each bundle that the clinic
    /// has is written down before it is deleted.
    static let headroom: Int64 = 64 << 20

    /// - Throws: when the disk has less than the headroom left.
    func requireRoom() throws(Refusal) {
        let free: Int64
        do { free = try outbox.free() } catch { throw .outbox(error) }
        guard free < Self.headroom else { return }
        throw Refusal(
            "disk", "the disk has only \(free >> 20) MiB left; shots stop below \(Self.headroom >> 20)",
            hint: "bring the network back, so that the waiting pictures can leave, or free some disk space")
    }

    /// Gives a failed shot's frame back to the patient, now or when the journal can be written again.
    mutating func giveBack(_ sequence: Int64, _ reason: String) {
        guard ledger.pending[sequence] != nil else { return }
        do { try record(.released(sequence: sequence, reason: reason)) } catch { unreleased[sequence] = reason }
    }

    mutating func forgetSession() {
        sessionKeys = nil
        sessionShots = []
        turn = nil
        scans = VisitScans()
    }

    mutating func giveBackAgain() throws(Refusal) {
        for (sequence, reason) in unreleased.sorted(by: { $0.key < $1.key }) {
            if ledger.pending[sequence] != nil { try record(.released(sequence: sequence, reason: reason)) }
            unreleased[sequence] = nil
        }
    }

    /// Writes an event down.
    mutating func record(_ event: JournalEvent) throws(Refusal) {
        let open = try opened()
        try open.mendJournal()
        let time = journalTime.stamp(realtime: Now.seconds(), boottime: Now.boot(), signed: newestSigned)
        do { try open.journal.append(event, at: time) } catch { throw .journal(error) }
    }

    /// Writes down that something was refused; where that fails too, standard error keeps it.
    mutating func note(_ what: String, _ refusal: Refusal) {
        do { try record(.refused(what: what, reason: refusal.code)) } catch {
            tell(.refusalNotJournalled(what: what, code: refusal.code, why: error.line))
        }
    }
}
