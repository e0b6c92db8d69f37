import BundleFormat
import Consent
import Control
import JOSE
import Journal
import KeyLink
import Linux
import Outbox
import Policy

extension Station {
    /// Pins the clinic root and takes its policy; asks the clinic for approval through the outbox.
    func enroll(root text: String, policy bytes: [UInt8]) throws(Refusal) -> JSONObject {
        let root: Fingerprint
        do { root = try Fingerprint(hex: text) } catch {
            throw Refusal("root", "the root's fingerprint has 64 hex characters")
        }
        openVault()
        return try state.withLock { state throws(Refusal) in
            let open = try state.opened()
            if let pinned = open.journal.ledger.root, pinned.hex != root.hex {
                throw Refusal("enrolled", "this station belongs to another clinic", hint: "its root is \(pinned.hex)")
            }
            let policy = try Self.verify(bytes, root: root, inForce: state.policy)
            if open.journal.ledger.root == nil {
                // First the policy: a station cut after its root was pinned would look for one that is not there.
                try keep(policy)
                do { try state.record(.enrolled(root: try Digest(hex: root.hex))) } catch let error as Refusal {
                    throw error
                } catch { throw Refusal("root", "the root's fingerprint has 64 hex characters") }
            }
            try take(policy, &state)
            try announce(open, &state)
            return [
                "clinic": .string(policy.claims.iss), "version": .integer(policy.claims.version),
                "fingerprint": .string(open.key.fingerprint.hex), "state": .string(Self.approval(policy, open.key)),
            ]
        }
    }

    static func approval(_ policy: ClinicPolicy?, _ key: BundleFormat.StationKey) -> String {
        guard let policy, let fingerprint = try? Fingerprint(hex: key.fingerprint.hex) else { return "not enrolled" }
        if policy.approvedStation(key: fingerprint) != nil { return "approved" }
        return policy.station(key: fingerprint)?.state == .lost ? "reported lost" : "waiting for approval"
    }

    private static func verify(_ bytes: [UInt8], root: Fingerprint, inForce: ClinicPolicy?) throws(Refusal)
        -> ClinicPolicy
    {
        do { return try ClinicPolicy(verifying: bytes, pinnedRoot: root, notOlderThan: inForce) } catch {
            throw .policy(error)
        }
    }

    /// Brings a verified policy into force: durable first, then journalled, then told to forward.
    func take(_ policy: ClinicPolicy, _ state: inout StationState) throws(Refusal) {
        let digest: Digest
        do { digest = try Digest.of(policy.bytes) } catch { throw Refusal("policy", "no policy") }
        if state.policy?.bytes != policy.bytes { try keep(policy) }
        if state.ledger.policyDigest != digest {
            try state.record(.policyTaken(version: policy.claims.version, digest: digest))
        }
        // The lists' keys may have changed with the policy: they are believed anew.
        if state.policy?.bytes != policy.bytes { state.lists = StatusLists() }
        state.policy = policy
        let store = policy.claims.store
        let address: JSONObject = ["name": .string(store.name), "url": .string(store.url), "ca": .string(store.ca)]
        do {
            try state.outbox.put(address.canonical, as: "store.json")
            try state.outbox.put(
                JSONObject([("lists", .strings(policy.claims.lists.map(\.uri)))]).canonical, as: "lists.json")
        } catch { throw .outbox(error) }
        try prepareForRecovery(policy, try state.opened())
        try issueTicket(&state)
    }

    /// Makes a policy durable; it is in force when the journal says so.
    private func keep(_ policy: ClinicPolicy) throws(Refusal) {
        do { try stateFolder().put(policy.bytes, as: "policy.jws", mode: 0o600) } catch {
            throw Refusal("disk", "the policy cannot be kept: \(error)")
        }
    }

    /// Puts the signed enrolment and the station's public key into the outbox.
    func announce(_ open: OpenVault, _ state: inout StationState) throws(Refusal) {
        let statement = Enrolment(
            station: configuration.station, key: open.key.fingerprint, keys: open.identity.origin,
            time: UInt64(Now.seconds()))
        let signature = try sign(statement.text, as: .enrolment)
        do {
            try state.outbox.put(open.key.pem, as: "station.pem")
            try state.outbox.put(statement: statement.text, signature: signature.der, as: "enrolment.txt")
        } catch { throw .outbox(error) }
    }

    /// Renews the ticket that forward shows to the store.
    func issueTicket(_ state: inout StationState) throws(Refusal) {
        guard let policy = state.policy else { return }
        try issueTicket(for: try state.opened().key, at: policy.claims.store.name, &state)
    }

    /// Renews it while the journal cannot be read: what is sealed goes on to the clinic.
    func issueTicketWithoutVault(_ state: inout StationState) throws(Refusal) {
        let key = try identity().key
        let store: String
        do {
            let outbox = try Folder(path: "\(configuration.stateFolder)/outbox")
            // The clinic waits for the key that it knows; another one has to be recovered first.
            guard try outbox.read("station.pem", bound: 1024) == key.pem else { return }
            var reader = try ObjectReader(parsing: outbox.read("store.json", bound: 65536), bound: 65536)
            store = try reader.string("name")
        } catch { return }
        try issueTicket(for: key, at: store, &state)
    }

    private func issueTicket(
        for key: BundleFormat.StationKey, at store: String, _ state: inout StationState
    ) throws(Refusal) {
        let now = Now.seconds()
        var sequence = now
        for attempt in 0..<2 {
            do {
                let claims = TicketClaims(
                    station: "\(configuration.station)", key: try Fingerprint(hex: key.fingerprint.hex),
                    store: store, issuedAt: now, sequence: sequence)
                let input = claims.signingInput
                let signature = try askKeys { keys throws(KeyLinkError) in try keys.sign(input, as: .ticket) }
                let ticket = try CompactJWS.assemble(input, signature: signature.raw)
                try state.outbox.put(ticket, as: "ticket.jws")
                state.ticketIssued = now
                return
            } catch KeyLinkError.refused(.sequence(let last)) where attempt == 0 {
                sequence = Int64(clamping: last) + 1
            } catch let error as KeyLinkError {
                throw .keys(error)
            } catch let error as OutboxError {
                throw .outbox(error)
            } catch { throw Refusal("ticket", "the ticket could not be made") }
        }
    }

    func sign(_ document: [UInt8], as kind: DocumentKind) throws(Refusal) -> StationSignature {
        do { return try askKeys { keys throws(KeyLinkError) in try keys.sign(document, as: kind) } } catch {
            throw .keys(error)
        }
    }

    /// At start: the policy that was in force, believed again from its signature.
    func loadPolicy(_ state: inout StationState) throws(Refusal) {
        let ledger = state.ledger
        guard let root = ledger.root else { return }
        let bytes: [UInt8]
        do { bytes = try stateFolder().read("policy.jws", bound: 384 * 1024) } catch {
            throw Refusal("policy", "the policy in force cannot be read")
        }
        let policy: ClinicPolicy
        do {
            policy = try ClinicPolicy(
                verifying: bytes, pinnedRoot: try Fingerprint(hex: root.hex), notOlderThan: nil)
        } catch let error as PolicyError { throw .policy(error) } catch { throw Refusal("policy", "no policy") }
        guard policy.claims.version >= ledger.policyVersion else {
            throw Refusal("policy-older", "the policy on the disk is older than the one in force")
        }
        try take(policy, &state)
    }
}

extension KeyLink.StationKey {
    /// The manifest's word for where the keys are held.
    var origin: KeyOrigin { holder == .tpm ? .tpm : .software }
}
