import BundleFormat
import Consent
import Control
import JOSE
import Journal
import Linux
import Outbox
import Policy

extension Station {
    func tickForever() -> Never {
        let heartbeat = Heartbeat()
        while true {
            tick()
            // The tick has just had every lock but the shot's; a shot that hangs is known by its age.
            if !isShotStuck() { heartbeat.beat() }
            wait(milliseconds: 500)
        }
    }

    /// Whether a shot takes longer than a camera, a detector and a TPM at the end of their patience.
    private func isShotStuck() -> Bool {
        let began = shotBegan.load(ordering: .relaxed)
        let longest = Int64(120 + 3 * configuration.detectorSeconds) * 1_000_000_000
        return began != 0 && Clock.boottime() - began > longest
    }

    /// What is done twice a second beside the requests: clocks and lists looked at, what forward brought read, what may
    /// leave released, the ticket renewed.
    // Not inlined: all of it in a loop without end takes the optimizer (hoisting out of loops, 6.3) longer than anyone waits.
    @inline(never) func tick() {
        letGoOfUncertainJournal()
        openVault()
        visits.withLock { _ in if reviewAll() { letGo() } }
        // No camera stays open without the lamp that says so.
        if let failure = pod?.failure() {
            closeHeads()
            tell(.standing(code: failure.code, line: "the cameras are closed: \(failure.line)"))
        }
        keepButtonsPowered()
    }

    /// - Returns: whether the visit is over.
    @inline(never) private func reviewAll() -> Bool {
        state.withLock { state in
            if let inbox = inbox() {
                takePolicy(inbox, &state)
                takeLists(inbox, &state)
                takeReceipts(inbox, &state)
            }
            let ended = review(&state)
            do throws(Refusal) {
                if case .open(let open) = state.vault { try open.mendJournal() }
                try state.giveBackAgain()
                try release(&state)
                try releaseAged(&state)
                // A ticket of tomorrow is no good either: the clock was ahead when it was made.
                if abs(Now.seconds() - state.ticketIssued) >= 3600 {
                    switch state.vault {
                    case .open: try issueTicket(&state)
                    case .closed: try issueTicketWithoutVault(&state)
                    }
                }
            } catch { state.tellOnce(error) }
            return ended
        }
    }

    /// Ends the visit, if its ground is gone. Under `visits`.
    func endVisitWithoutGround() { if state.withLock({ review(&$0) }) { letGo() } }

    private func letGo() {
        generation.add(1, ordering: .sequentiallyConsistent)
        closeCameras()
    }

    /// Ends a session whose ground is gone: expired, withdrawn at the clinic, the clock set.
    private func review(_ state: inout StationState) -> Bool {
        guard let turn = state.turn, let policy = state.policy else { return false }
        // A shot or a look may have found it out first: then the session is closed already, and everything else is not.
        if state.session.visit != nil {
            let clock = state.clock()
            do {
                try state.session.review(policy: policy, lists: state.lists, clock: clock)
                return false
            } catch { state.note("session", .consent(error)) }
        }
        try? state.record(.closed(consent: turn.consent))
        state.forgetSession()
        clearScanners(.closed, &state)
        return true
    }

    private func takePolicy(_ inbox: borrowing Folder, _ state: inout StationState) {
        guard let bytes = try? inbox.read("policy.jws", bound: 384 * 1024), let root = state.ledger.root,
            let pinned = try? Fingerprint(hex: root.hex)
        else { return }
        let trimmed = bytes.trimmed
        guard trimmed != state.policy?.bytes else { return }
        do throws(Refusal) {
            let policy: ClinicPolicy
            do { policy = try ClinicPolicy(verifying: trimmed, pinnedRoot: pinned, notOlderThan: state.policy) } catch {
                throw Refusal.policy(error)
            }
            try take(policy, &state)
        } catch {
            // Read again only when forward brings another one.
            try? inbox.remove("policy.jws")
            state.note("policy", error)
        }
    }

    private func takeLists(_ inbox: borrowing Folder, _ state: inout StationState) {
        guard let policy = state.policy, let names = try? inbox.names() else { return }
        for name in names where name.hasPrefix("list-") && name.hasSuffix(".jws") {
            guard let bytes = try? inbox.read(name, bound: 2 * 1024 * 1024) else { continue }
            do {
                _ = state.lists.take(
                    try StatusList(verifying: bytes.trimmed, policy: policy, now: Now.seconds()))
            } catch {
                try? inbox.remove(name)
                state.note("list", .consent(error))
            }
        }
    }

    private func takeReceipts(_ inbox: borrowing Folder, _ state: inout StationState) {
        guard let policy = state.policy, let open = try? state.opened() else { return }
        for (sequence, held) in state.ledger.held {
            let file = "receipt-\(held.commitment.bundle).jws"
            guard let bytes = try? inbox.read(file, bound: 16 * 1024) else { continue }
            do throws(Refusal) {
                let signer = state.ledger.formerKey(of: sequence) ?? open.key.fingerprint
                let receipt = try Self.verify(bytes.trimmed, held, policy, signer)
                try take(receipt, of: sequence, bytes, policy, &state)
                if state.ledger.held[sequence] == nil { try? inbox.remove(file) }
            } catch {
                try? inbox.remove(file)
                state.note("receipt", error)
            }
        }
    }

    private static func verify(
        _ bytes: [UInt8], _ held: Ledger.Held, _ policy: ClinicPolicy, _ station: Digest
    ) throws(Refusal) -> DeliveryReceipt {
        do {
            let it = held.commitment
            let facts = Policy.BundleFacts(
                id: it.bundle, station: try Fingerprint(hex: station.hex), sequence: it.sequence,
                size: it.size, sha256: it.file.hex)
            return try DeliveryReceipt(verifying: bytes, policy: policy, expecting: facts)
        } catch let error as PolicyError { throw .policy(error) } catch { throw Refusal("receipt", "not a receipt") }
    }

    /// Writes a verified receipt down, and retires the bundle when it may go: opened, or stored and the keep days over.
    private func take(
        _ receipt: DeliveryReceipt, of sequence: Int64, _ bytes: [UInt8], _ policy: ClinicPolicy,
        _ state: inout StationState
    ) throws(Refusal) {
        guard let held = state.ledger.held[sequence] else { return }
        let digest: Digest
        let name: BundleFileName
        do {
            digest = try Digest.of(bytes)
            name = try BundleFileName(seq: UInt64(sequence), id: try BundleID(parsing: held.commitment.bundle))
        } catch { throw Refusal("receipt", "not a receipt") }
        state.newestReceipt = max(state.newestReceipt, receipt.claims.storedAt)
        let now = Now.seconds()
        let mayGo: Bool
        switch receipt.claims.kind {
        case .opened: mayGo = true
        case .stored:
            if held.stored == nil { try state.record(.stored(sequence: sequence, receipt: digest)) }
            mayGo = now >= (held.stored ?? now) + policy.claims.keepDays * 86_400
        }
        guard mayGo else { return }
        try state.record(.retired(sequence: sequence, receipt: digest))
        do { try state.outbox.retire(name, by: receipt) } catch { throw .outbox(error) }
    }

    /// Bundles of the open session that are past the void window.
    private func releaseAged(_ state: inout StationState) throws(Refusal) {
        guard let window = configuration.voidWindow else { return }
        let now = Now.seconds()
        for (sequence, held) in state.ledger.held where !held.released && now - held.since >= window {
            do {
                let name = try BundleFileName(
                    seq: UInt64(sequence), id: try BundleID(parsing: held.commitment.bundle))
                if !state.outbox.isReleased(name) { try state.outbox.release(name) }
            } catch let error as OutboxError { throw .outbox(error) } catch { continue }
        }
    }
}

extension StationState {
    /// A fault that repeats every second is told once.
    mutating func tellOnce(_ refusal: Refusal) {
        guard case .open = vault else { return }
        if told.insert(refusal.line).inserted { tell(.standing(code: refusal.code, line: refusal.line)) }
    }
}

extension [UInt8] {
    /// Without white space at the end, which files of people have and a JWS has not.
    var trimmed: [UInt8] {
        var bytes = self
        while let last = bytes.last, [0x0A, 0x0D, 0x20, 0x09].contains(last) { bytes.removeLast() }
        return bytes
    }
}
