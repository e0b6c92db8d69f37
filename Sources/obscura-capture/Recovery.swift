import AEAD
import Age
import BundleFormat
import Control
import JOSE
import Journal
import KeyLink
import Linux
import LockedMemory
import Policy

/// What lets a station go on after its firmware, its mainboard or its disk changed: the clinic's signed word.
extension Station {
    /// Makes a recovery possible while the station is well: the root may approve another state of the firmware, and the
    /// clinic has the journal's key sealed to its recovery recipients, for the day on which the TPM is another one.
    func prepareForRecovery(_ policy: ClinicPolicy, _ open: OpenVault) throws(Refusal) {
        let root = Array(policy.claims.root.der.suffix(64))
        do { try askKeys { keys throws(KeyLinkError) in try keys.bind(root) } } catch { throw .keys(error) }
        let folder = try stateFolder()
        do {
            let pinned = Array(policy.claims.root.fingerprint.hex.utf8)
            if (try? folder.read("root", bound: 128)) != pinned { try folder.put(pinned, as: "root", mode: 0o600) }
            guard let name = Self.escrowName(policy), try folder.size(of: name) == nil else { return }
            var recipients: [Recipient] = []
            for text in policy.claims.recovery { recipients.append(try Recipient(parsing: text)) }
            let sealed = try SealedFile(try open.copyOfStateKey(), to: recipients, mix: try KeyMix.random())
            try folder.put(sealed.bytes, as: name, mode: 0o600)
            for old in try folder.names() where old.hasPrefix("escrow-") && old != name { try folder.remove(old) }
        } catch { throw Refusal("recovery", "the state key cannot be left with the clinic: \(error)") }
    }

    func hasEscrow(_ policy: ClinicPolicy) -> Bool {
        guard let name = Self.escrowName(policy), let folder = try? stateFolder() else { return false }
        return (try? folder.size(of: name)) != nil
    }

    /// Names whom it is sealed to; nil where the policy names nobody.
    private static func escrowName(_ policy: ClinicPolicy) -> String? {
        guard !policy.claims.recovery.isEmpty,
            let digest = try? Digest.of(Array(policy.claims.recovery.joined(separator: "\n").utf8))
        else { return nil }
        return "escrow-\(digest.hex.prefix(16)).age"
    }

    /// What the clinic needs to know. On another TPM than before, makes new keys first.
    func recoveryRequest() throws(Refusal) -> JSONObject {
        openVault()
        if state.withLock({ $0.session.visit != nil }) {
            throw Refusal("session-open", "a visit is open: this station works", hint: "obscura session close")
        }
        let (identity, key) = try presentKey()
        let former = try formerKey(than: key)
        do {
            let epoch = try askKeys { keys throws(KeyLinkError) in try keys.epoch() }
            let firmware = try askKeys { keys throws(KeyLinkError) in try keys.firmware() }
            var (recipient, escrow): ([UInt8], [UInt8]) = ([], [])
            if former != nil {
                recipient = try StateKeyReturn.recipient(seed: try returnSeed())
                let folder = try stateFolder()
                guard let name = try folder.names().first(where: { $0.hasPrefix("escrow-") }) else {
                    throw Refusal("recovery", "the journal's key was never sealed to the clinic")
                }
                escrow = try folder.read(name, bound: 32 * 1024)
            }
            let statement = RecoveryStatement(
                station: configuration.station, key: key.fingerprint, former: former, keys: identity.origin,
                epoch: epoch, firmware: try Digest(firmware),
                recipient: recipient.isEmpty ? nil : try Digest.of(recipient), time: UInt64(Now.seconds()))
            let file = RecoveryFile(
                statement: statement.text, signature: try sign(statement.text, as: .recovery).der, key: key.pem,
                recipient: recipient, escrow: escrow)
            return [
                "fingerprint": .string(key.fingerprint.hex), "former": .string(former?.hex ?? ""),
                "request": .object(file.object),
            ]
        } catch let error as KeyLinkError { throw .keys(error) } catch let error as Refusal { throw error } catch {
            throw Refusal("recovery", "the request cannot be made: \(error)")
        }
    }

    private func presentKey() throws(Refusal) -> (KeyLink.StationKey, BundleFormat.StationKey) {
        do throws(KeyLinkError) {
            _ = try askKeys { keys throws(KeyLinkError) in try keys.identify() }
        } catch {
            guard error == .otherDevice else { throw .keys(error) }
            do { _ = try askKeys { keys throws(KeyLinkError) in try keys.renew() } } catch { throw .keys(error) }
            tell(.keysRenewed)
        }
        return try identity()
    }

    /// The key that the clinic knows this station by, where it is another one.
    private func formerKey(than key: BundleFormat.StationKey) throws(Refusal) -> Digest? {
        do {
            let outbox = try Folder(path: "\(configuration.stateFolder)/outbox")
            let known = try BundleFormat.StationKey(pem: try outbox.read("station.pem", bound: 1024))
            return known == key ? nil : known.fingerprint
        } catch { throw Refusal("not-enrolled", "this station belongs to no clinic yet", hint: "obscura enroll") }
    }

    /// What the key grows out of that the old state key is sealed to: the new state key, which no other TPM has.
    private func returnSeed() throws(Refusal) -> [UInt8] {
        do {
            let stateKey = try askKeys { keys throws(KeyLinkError) in try keys.stateKey() }
            var seed = [UInt8](repeating: 0, count: 32)
            var span = seed.mutableSpan
            try deriveKey(from: stateKey.span, info: "obscura recovery", into: &span)
            return seed
        } catch let error as KeyLinkError { throw .keys(error) } catch {
            throw Refusal("memory", "no locked memory for the state key")
        }
    }

    /// Goes on by the clinic's word, with outbox and ledger as they are.
    func recover(word bytes: [UInt8]) throws(Refusal) -> JSONObject {
        openVault()
        let root = try pinnedRoot()
        let word: RecoveryWord
        do { word = try RecoveryWord(verifying: bytes.trimmed, pinnedRoot: root) } catch { throw .policy(error) }
        let (link, key) = try identity()
        guard word.station == "\(configuration.station)", word.key.hex == key.fingerprint.hex else {
            throw Refusal("recovery-station", "the word is for another station, or for a key that it has no more")
        }
        let epoch: UInt64
        do { epoch = try askKeys { keys throws(KeyLinkError) in try keys.epoch() } } catch { throw .keys(error) }
        guard Int64(clamping: epoch) == word.epoch else { throw Self.usedWord }
        // Nobody else opens the journal meanwhile.
        return try opening.withLock { _ throws(Refusal) in
            let opened: OpenVault? = state.withLock { if case .open(let open) = $0.vault { open } else { nil } }
            let fresh = opened == nil ? try vault(by: word, link) : nil
            return try state.withLock { state throws(Refusal) in
                if let fresh { try begin(fresh, &state) }
                return try resume(word, bytes.trimmed, root, &state)
            }
        }
    }

    private static let usedWord = Refusal(
        "recovery-used", "the word was for another moment: a session has opened since, or it was taken already",
        hint: "obscura enroll --recover makes a new request")

    private func pinnedRoot() throws(Refusal) -> Fingerprint {
        if let root = state.withLock({ $0.ledger.root }), let known = try? Fingerprint(hex: root.hex) { return known }
        // Only to read the word by. The journal, once it opens, must have pinned the same root.
        guard let bytes = try? stateFolder().read("root", bound: 128),
            let root = try? Fingerprint(hex: String(decoding: bytes, as: UTF8.self))
        else { throw Refusal("not-enrolled", "this station belongs to no clinic yet", hint: "obscura enroll") }
        return root
    }

    /// The journal, opened with what the word brings: an approval of the firmware's state, or the old state key itself.
    private func vault(by word: RecoveryWord, _ link: KeyLink.StationKey) throws(Refusal) -> OpenVault {
        do {
            guard !word.stateKey.isEmpty else {
                let approval = word.approval
                do { _ = try askKeys { keys throws(KeyLinkError) in try keys.stateKey() } } catch {
                    guard error == .stateKeySealedAway else { throw error }
                    try askKeys { keys throws(KeyLinkError) in try keys.approve(approval) }
                }
                return try makeVault(link, try askKeys { keys throws(KeyLinkError) in try keys.stateKey() })
            }
            var old = try StateKeyReturn.open(word.stateKey, seed: try returnSeed(), station: word.key)
            defer {
                var span = old.mutableSpan
                wipe(&span)
            }
            let open = try makeVault(link, try LockedBytes(copying: old.span))
            // Only a key that opens the journal is kept.
            let kept = old
            try askKeys { keys throws(KeyLinkError) in try keys.adopt(kept) }
            return open
        } catch let error as KeyLinkError { throw .keys(error) } catch let error as Refusal { throw error } catch {
            throw Refusal("recovery", "the word does not bring this station's state key")
        }
    }

    private func resume(
        _ word: RecoveryWord, _ bytes: [UInt8], _ root: Fingerprint, _ state: inout StationState
    ) throws(Refusal) -> JSONObject {
        let open = try state.opened()
        let ledger = open.journal.ledger
        guard ledger.root?.hex == root.hex else {
            throw Refusal("enrolled", "the word is of another clinic than this station belongs to")
        }
        guard state.session.visit == nil else { throw Refusal("session-open", "a visit is open: this station works") }
        do {
            let digest = try Digest.of(bytes)
            guard !ledger.recoveries.contains(digest) else { throw Self.usedWord }
            // Where the disk may be an old one, numbers begin above all that it can have given.
            let mayBeOld = word.former != nil || word.epoch > ledger.epoch
            let next = max(word.sequence, (ledger.nextSequence / 1_000_000 + 1) * 1_000_000)
            try state.record(
                .recovered(
                    epoch: word.epoch, sequence: mayBeOld ? next : ledger.nextSequence,
                    former: try word.former.map { try Digest(hex: $0.hex) }, word: digest))
        } catch let error as Refusal { throw error } catch { throw Refusal("recovery", "\(error)") }
        try announce(open, &state)
        try issueTicket(&state)
        return [
            "fingerprint": .string(open.key.fingerprint.hex),
            "next_seq": .integer(open.journal.ledger.nextSequence),
            "state": .string(Self.approval(state.policy, open.key)),
        ]
    }
}
