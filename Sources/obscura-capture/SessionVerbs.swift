import AEAD
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

extension Station {
    /// Opens the visit of a token.
    ///
    /// - Parameter caller: the user who opens it.
    func open(token bytes: [UInt8], caller: UInt32) throws(Refusal) -> JSONObject {
        openVault()
        defer { triggers.listener.ring() }
        return try visits.withLock { _ throws(Refusal) in try openAlone(bytes, caller) }
    }

    private func openAlone(_ bytes: [UInt8], _ caller: UInt32) throws(Refusal) -> JSONObject {
        // A visit that is over, and that nobody has let go of yet, is no reason to wait.
        endVisitWithoutGround()
        let answer = try state.withLock { state throws(Refusal) in
            do throws(Refusal) {
                return try openSession(bytes, caller, &state)
            } catch {
                state.note("session", error)
                throw error
            }
        }
        // Not under the station's lock: a cable may be slow. A pod that is not there is taken when it comes.
        pod?.driver.beginSession()
        // What an approval may have had lit.
        pod?.noteDark()
        return answer
    }

    private func openSession(
        _ bytes: [UInt8], _ caller: UInt32, _ state: inout StationState
    ) throws(Refusal) -> JSONObject {
        let open = try state.opened()
        guard let policy = state.policy else {
            throw Refusal("not-enrolled", "this station belongs to no clinic yet", hint: "obscura enroll")
        }
        let approval = Self.approval(policy, open.key)
        guard approval == "approved" else {
            throw Refusal(
                "not-approved", "the clinic has not approved this station: \(approval)",
                hint: "fingerprint \(open.key.fingerprint.hex)")
        }
        guard configuration.mode == .demonstration || open.identity.holder == .tpm else {
            throw Refusal("keys-software", "software keys are for demonstrations only")
        }
        guard state.alarms.isEmpty else {
            throw Refusal("alarm", state.alarms.sorted()[0], hint: "obscura doctor")
        }
        let clock = state.clock()
        // First, since by a clock that is behind every consent is one of the future.
        guard !clock.isBelowFloor else {
            throw .consent(.clockBelowFloor(clock.realtime, floor: clock.floor))
        }
        guard state.turn == nil || state.session.visit != nil else {
            throw Refusal("session-open", "the visit before has just ended", hint: "try again")
        }
        let token: SessionToken
        do {
            token = try SessionToken(
                verifying: bytes, policy: policy, station: "\(configuration.station)", now: clock.realtime)
            try state.session.open(token, policy: policy, lists: state.lists, clock: clock, ledger: open.journal)
        } catch { throw .consent(error) }
        let consent: Digest
        do throws(Refusal) {
            consent = try token.consent()
            state.sessionKeys = try raiseEpoch(token, &state)
        } catch {
            _ = try? state.session.close()
            throw error
        }
        generation.add(1, ordering: .sequentiallyConsistent)
        state.sessionShots = []
        state.turn = VisitTurn(opener: caller, consent: consent, began: Clock.monotonic())
        let cleared = clearScanners(.opened, &state)
        var answer = Self.describe(token, state)
        answer.set("scan_files_removed", .integer(cleared))
        return answer
    }

    /// Raises the TPM's counter for this session and fetches its share of the file keys.
    ///
    /// The journal learns the new value first: a journal that is behind the TPM is a restored disk image.
    private func raiseEpoch(_ token: SessionToken, _ state: inout StationState) throws(Refusal) -> SessionKeys {
        do {
            let known = state.ledger.epoch
            let current = Int64(clamping: try askKeys { keys throws(KeyLinkError) in try keys.epoch() })
            guard current == known || current == known - 1 || known == 0 else {
                throw Refusal(
                    "epoch", "this disk is older than the TPM remembers (epoch \(known), TPM \(current))",
                    hint: "a restored image opens no session: obscura enroll --recover")
            }
            try state.record(.epoch(current + 1))
            let raised = try askKeys { keys throws(KeyLinkError) in try keys.raiseEpoch() }
            if Int64(clamping: raised) != current + 1 { try state.record(.epoch(Int64(clamping: raised))) }
            let consent = try Digest(token.reference.bytes)
            let context = try sha256(Array("obscura session \(consent) \(raised)".utf8).span)
            let share = try askKeys { keys throws(KeyLinkError) in try keys.mix(context) }
            let mix = try KeyMix(share)
            try state.record(
                .opened(consent: consent, frames: token.scope.maxFrames, epoch: Int64(clamping: raised)))
            return SessionKeys(mix: mix, epoch: raised)
        } catch let error as KeyLinkError {
            throw .keys(error)
        } catch let error as Refusal { throw error } catch {
            throw Refusal("keys", "the session's keys could not be made")
        }
    }

    private static func describe(_ token: SessionToken, _ state: borrowing StationState) -> JSONObject {
        let scope = token.scope
        let standing = state.session.visit?.standing
        return [
            "kind": .string(token.kind), "frames_left": .integer(scope.maxFrames - state.framesTaken(token)),
            "expires": .string(timeText(token.expires)), "sites": .strings(scope.sites.map(\.description)),
            "modalities": .strings(scope.modalities.map(\.description)), "face": .string(token.face.rawValue),
            "granted": .strings((standing?.permitted ?? []).map(\.purpose.rawValue)),
            "denied": .strings(token.denied),
            "dropped": .strings((standing?.dropped ?? []).map { "\($0.purpose.rawValue) (\($0.reason.rawValue))" }),
        ]
    }

    /// Ends the visit: the camera closes, and its bundles may leave.
    func close() throws(Refusal) -> JSONObject {
        generation.add(1, ordering: .sequentiallyConsistent)
        closeCameras()
        return try ending { state throws(Refusal) in
            guard state.session.visit != nil else { throw .consent(.noSession) }
            return try end(&state) { .closed(consent: $0) }
        }
    }

    /// Ends the session of cameras that are closed, and closes what somebody has opened meanwhile in its name.
    private func ending(
        _ body: (inout StationState) throws(Refusal) -> JSONObject
    ) throws(Refusal) -> JSONObject {
        try visits.withLock { _ throws(Refusal) in
            defer { closeCameras() }
            return try state.withLock { state throws(Refusal) in
                // Whoever asked since the cameras began to close asked in a visit that is over.
                defer { generation.add(1, ordering: .sequentiallyConsistent) }
                return try body(&state)
            }
        }
    }

    /// The patient takes the consent back: the camera closes within a second, waiting pictures follow the care
    /// grant's rule, and a signed notice goes to the clinic.
    func withdraw() throws(Refusal) -> JSONObject {
        let start = Clock.monotonic()
        generation.add(1, ordering: .sequentiallyConsistent)
        closeCameras()
        let cameraOff = (Clock.monotonic() - start) / 1_000_000
        return try ending { state throws(Refusal) in
            guard let visit = state.session.visit else { throw .consent(.noSession) }
            let destroys = visit.token.withdrawal == .purge
            let shots = state.sessionShots
            var answer = try end(&state) { .withdrawn(consent: $0, destroys: destroys) }
            let destroyed = Int64(try buryDoomed(&state).count)
            let restricted = Int64(shots.count { state.ledger.held[$0] != nil })
            answer.set("camera_off_ms", .integer(cameraOff))
            answer.set("destroyed", .integer(destroyed))
            answer.set("restricted", .integer(restricted))
            return answer
        }
    }

    /// Ends the session with one event; a notice goes out before any bundle of a withdrawn consent.
    private func end(_ state: inout StationState, _ event: (Digest) -> JournalEvent) throws(Refusal) -> JSONObject {
        let consent: Digest
        do {
            guard let visit = state.session.visit else { throw ConsentError.noSession }
            consent = try Digest(visit.token.reference.bytes)
        } catch let error as ConsentError { throw .consent(error) } catch { throw .consent(.noSession) }
        let ending = event(consent)
        try state.record(ending)
        _ = try? state.session.close()
        (state.sessionKeys, state.turn) = (nil, nil)
        let cleared = clearScanners(.closed, &state)
        if case .withdrawn = ending { try notify(consent, &state) }
        let shots = state.sessionShots
        state.sessionShots = []
        let ledger = state.ledger
        let waiting = shots.filter { ledger.held[$0].map { $0.stored == nil } ?? false }
        // Delivered: retired, or stored at the clinic and kept here for the keep days.
        let delivered = shots.filter { ledger.held[$0] == nil || ledger.held[$0]?.stored != nil }
        if case .closed = ending { try release(&state) }
        return [
            "shots": .integer(Int64(shots.count)), "delivered": .integer(Int64(delivered.count)),
            "waiting": .integer(Int64(waiting.count)), "scan_files_removed": .integer(cleared),
        ]
    }

    /// Puts the signed notice of a withdrawal into the outbox.
    private func notify(_ consent: Digest, _ state: inout StationState) throws(Refusal) {
        let open = try state.opened()
        let sequence = state.statementSequence(open)
        let notice = Notice(
            station: open.key.fingerprint, seq: sequence, consent: consent, act: .withdrawn,
            time: UInt64(Now.seconds()))
        let signature = try sign(notice.text, as: .notice)
        do {
            try state.outbox.put(
                statement: notice.text, signature: signature.der, as: "notice-\(padded(sequence)).txt")
        } catch { throw .outbox(error) }
    }

    /// Writes the notices that a cut kept from being written after their withdrawal was, before any bundle may leave.
    func notifyAgain(_ state: inout StationState) throws(Refusal) {
        let told: Set<Digest>
        do { told = try state.outbox.withdrawals() } catch { throw .outbox(error) }
        for consent in state.ledger.withdrawn.subtracting(told) {
            try notify(consent, &state)
            tell(.noticeWritten)
        }
    }

    /// Replaces what a withdrawal destroys; at a start, what a cut left of it.
    ///
    /// - Returns: their numbers.
    func buryDoomed(_ state: inout StationState) throws(Refusal) -> [Int64] {
        let doomed = state.ledger.held.filter(\.value.doomed).keys.sorted()
        for sequence in doomed { try bury(sequence, reason: "consent withdrawn", &state) }
        return doomed
    }

    /// Replaces a waiting bundle by its signed tombstone.
    func bury(_ sequence: Int64, reason: String, _ state: inout StationState) throws(Refusal) {
        let open = try state.opened()
        guard let held = state.ledger.held[sequence] else {
            throw Refusal("shot-absent", "shot \(sequence) is not waiting on this station")
        }
        do {
            let id = try BundleID(parsing: held.commitment.bundle)
            let name = try BundleFileName(seq: UInt64(sequence), id: id)
            let tombstone = Tombstone(
                bundle: id, station: open.key.fingerprint, seq: state.statementSequence(open),
                voids: held.commitment.file, reason: try Reason(parsing: reason), time: UInt64(Now.seconds()))
            let signature = try sign(tombstone.text, as: .tombstone)
            try state.outbox.put(
                statement: tombstone.text, signature: signature.der, as: "\(name).tombstone")
            try state.record(.voided(sequence: sequence, reason: reason))
            try state.outbox.clear(name)
        } catch let error as OutboxError {
            throw .outbox(error)
        } catch let error as Refusal { throw error } catch {
            throw Refusal("reason", "a reason has 1 to 200 plain characters")
        }
    }

    func void(_ sequence: Int64, reason: String) throws(Refusal) -> JSONObject {
        try state.withLock { state throws(Refusal) in
            guard let held = state.ledger.held[sequence] else {
                throw Refusal("shot-absent", "shot \(sequence) is not waiting on this station")
            }
            guard !held.released else {
                throw Refusal(
                    "shot-released", "shot \(sequence) is on its way to the clinic",
                    hint: "ask the clinic to void it")
            }
            try bury(sequence, reason: reason, &state)
            state.sessionShots.removeAll { $0 == sequence }
            return ["seq": .integer(sequence)]
        }
    }

    /// Lets the bundles of ended visits leave.
    func release(_ state: inout StationState) throws(Refusal) {
        for (sequence, held) in state.ledger.held.sorted(by: { $0.key < $1.key }) where held.released {
            do {
                let name = try BundleFileName(
                    seq: UInt64(sequence), id: try BundleID(parsing: held.commitment.bundle))
                if !state.outbox.isReleased(name) { try state.outbox.release(name) }
            } catch let error as OutboxError { throw .outbox(error) } catch { continue }
        }
    }

    /// The visit is over, or its ground is gone: cameras, recording lamp and pod are let go of.
    func closeCameras() {
        closeHeads()
        pod?.darken()
        pod?.driver.endSession()
    }

    func closeHeads() {
        for slot in slots { slot.head.withLock { $0.close() } }
        triggers.listener.ring()
    }
}

extension StationState {
    func framesTaken(_ token: SessionToken) -> Int64 {
        (try? Digest(token.reference.bytes)).map { ledger.framesTaken($0) } ?? 0
    }

    /// A rising number for signed statements: the number of the journal record that follows. An old disk may have fewer
    /// records than it had, so each recovery adds a million.
    func statementSequence(_ open: OpenVault) -> UInt64 {
        UInt64(open.journal.count) + 1 + 1_000_000 * UInt64(open.journal.ledger.recoveries.count)
    }
}

/// Twelve digits.
func padded(_ number: UInt64) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(0, 12 - digits.count)) + digits
}

extension SessionToken {
    /// What the journal knows the visit by.
    fileprivate func consent() throws(Refusal) -> Digest {
        do { return try Digest(reference.bytes) } catch { throw .consent(.noSession) }
    }
}
