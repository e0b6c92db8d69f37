import Crypto
import JOSE
import Testing

@testable import Policy

@Suite struct `A delivery receipt` {
    private let clinic = Clinic()

    private func facts(
        id: String = "0123456789ABCDEFGHJKMNPQRS", sequence: Int64 = 12, size: Int64 = 123_456, sha256: String? = nil,
        station: Fingerprint? = nil
    ) -> BundleFacts {
        BundleFacts(
            id: id, station: station ?? clinic.fingerprint, sequence: sequence, size: size,
            sha256: sha256 ?? String(repeating: "ab", count: 32))
    }

    private func claims(_ facts: BundleFacts, kind: PolicyClaims.ReceiptKind = .stored, store: String = "store-1")
        -> ReceiptClaims
    {
        ReceiptClaims(
            iss: "clinic.example", store: store, kind: kind, bundle: facts, storedAt: 1_795_248_100,
            issuedAt: 1_795_248_101)
    }

    @Test func `of either kind is believed from its own key`() throws {
        let policy = try clinic.policy()
        let stored = try claims(facts()).sign(kid: "receipt-1", key: clinic.stored)
        #expect(try DeliveryReceipt(verifying: stored, policy: policy, expecting: facts()).claims.kind == .stored)
        let opened = try claims(facts(), kind: .opened).sign(kid: "opener-1", key: clinic.opened)
        #expect(try DeliveryReceipt(verifying: opened, policy: policy, expecting: facts()).claims.kind == .opened)
    }

    @Test func `for something else is refused with what differs`() throws {
        let policy = try clinic.policy()
        let stranger = PublicKey(P256.Signing.PrivateKey().publicKey).fingerprint
        let cases: [(String, BundleFacts)] = [
            ("bundle", facts(id: "ZZZZ")), ("station", facts(station: stranger)), ("seq", facts(sequence: 13)),
            ("size", facts(size: 1)), ("sha256", facts(sha256: String(repeating: "00", count: 32))),
        ]
        for (field, other) in cases {
            let bytes = try claims(other).sign(kid: "receipt-1", key: clinic.stored)
            #expect(throws: PolicyError.receiptDiffers(field)) {
                try DeliveryReceipt(verifying: bytes, policy: policy, expecting: facts())
            }
        }
        let elsewhere = try claims(facts(), store: "store-2").sign(kid: "receipt-1", key: clinic.stored)
        #expect(throws: PolicyError.receiptDiffers("store")) {
            try DeliveryReceipt(verifying: elsewhere, policy: policy, expecting: facts())
        }
    }

    @Test func `that says opened under the key for stored is refused`() throws {
        let bytes = try claims(facts(), kind: .opened).sign(kid: "receipt-1", key: clinic.stored)
        let policy = try clinic.policy()
        #expect(throws: PolicyError.receiptDiffers("kind")) {
            try DeliveryReceipt(verifying: bytes, policy: policy, expecting: facts())
        }
    }

    @Test func `of an unknown or wrong key is refused`() throws {
        let policy = try clinic.policy()
        let unknown = try claims(facts()).sign(kid: "receipt-9", key: clinic.stored)
        #expect(throws: PolicyError.unknownKey("receipt-9")) {
            try DeliveryReceipt(verifying: unknown, policy: policy, expecting: facts())
        }
        let wrong = try claims(facts()).sign(kid: "receipt-1", key: clinic.opened)
        #expect(throws: PolicyError.document(.signature)) {
            try DeliveryReceipt(verifying: wrong, policy: policy, expecting: facts())
        }
    }
}

@Suite struct `An upload ticket` {
    private let clinic = Clinic()
    private let now: Int64 = 1_795_248_000

    private func verify(
        _ claims: TicketClaims, now: Int64? = nil, key: P256.Signing.PrivateKey? = nil, policy: ClinicPolicy? = nil
    ) throws -> VerifiedTicket {
        let input = claims.signingInput
        let signature = try (key ?? clinic.station).signature(for: input)
        let bytes = try CompactJWS.assemble(input, signature: Array(signature.rawRepresentation))
        let ticket = try UnverifiedTicket(parsing: bytes)
        return try ticket.verified(
            by: PublicKey(clinic.station.publicKey), policy: try policy ?? clinic.policy(), now: now ?? self.now)
    }

    private func claims(station: String = "derm-03", store: String = "store-1", key: Fingerprint? = nil) -> TicketClaims
    {
        TicketClaims(station: station, key: key ?? clinic.fingerprint, store: store, issuedAt: now, sequence: 7)
    }

    @Test func `of an approved station holds for a day, with a minute on either side`() throws {
        #expect(try verify(claims()).station.name == "derm-03")
        #expect(try verify(claims(), now: now - 60).claims.sequence == 7)
        #expect(try verify(claims(), now: now + 86_400 + 59).claims.sequence == 7)
        #expect(throws: PolicyError.ticketNotYetValid(from: now)) { try verify(claims(), now: now - 61) }
        #expect(throws: PolicyError.ticketExpired(at: now + 86_400)) { try verify(claims(), now: now + 86_400 + 60) }
    }

    @Test func `for another store, under another name or key, is refused`() throws {
        #expect(throws: PolicyError.audience("store-2")) { try verify(claims(store: "store-2")) }
        #expect(throws: PolicyError.ticketDiffers("iss")) { try verify(claims(station: "derm-04")) }
        #expect(throws: PolicyError.document(.signature)) { try verify(claims(), key: P256.Signing.PrivateKey()) }
        let stranger = PublicKey(P256.Signing.PrivateKey().publicKey).fingerprint
        #expect(throws: PolicyError.ticketDiffers("kid")) { try verify(claims(key: stranger)) }
    }

    @Test func `of a station that the policy does not approve is refused`() throws {
        let policy = try clinic.policy { $0.stations = [] }
        #expect(throws: PolicyError.stationNotApproved(clinic.fingerprint)) { try verify(claims(), policy: policy) }
    }
}
