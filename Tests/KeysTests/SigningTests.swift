import AEAD
import KeyLink
import Testing

@Suite(.enabled(if: SimulatedTPM.isInstalled, "swtpm is not installed"), .serialized)
struct `Signing by obscura-keys` {
    let keys: RunningKeys
    let documents: Documents

    init() throws {
        keys = try RunningKeys(SimulatedTPM())
        documents = try Documents(keys)
    }

    @Test func `verifies with the station key for every kind`() throws {
        for (kind, text) in documents.all(1) + [(.enrolment, documents.enrolment)] {
            let signature = try keys.sign(text, kind)
            let message = Array(text.utf8)
            #expect(
                checkP256(signature: signature.der.span, of: message.span, key: documents.key.publicKey.span) == .valid)
            let other = message + [0x0a]
            #expect(
                checkP256(signature: signature.der.span, of: other.span, key: documents.key.publicKey.span) == .invalid)
        }
    }

    @Test func `never happens twice for one sequence of a kind, nor for a lower one`() throws {
        for (kind, text) in documents.all(7) { _ = try keys.sign(text, kind) }
        for (kind, text) in documents.all(7) + documents.all(6) {
            #expect(throws: KeyLinkError.refused(.sequence(last: 7))) { try keys.sign(text, kind) }
        }
        for (kind, text) in documents.all(8) { _ = try keys.sign(text, kind) }
    }

    @Test func `remembers its sequences over a crash`() throws {
        _ = try keys.sign(documents.manifest(5), .manifest)
        keys.kill()
        try keys.start()
        #expect(throws: KeyLinkError.refused(.sequence(last: 5))) { try keys.sign(documents.manifest(5), .manifest) }
        _ = try keys.sign(documents.manifest(6), .manifest)
    }

    @Test func `is refused for another station`() throws {
        let stranger = String(repeating: "ab", count: 32)
        for (kind, text) in documents.all(1) where kind != .ticket {
            #expect(throws: KeyLinkError.refused(.otherStation)) {
                try keys.sign(text.replacing("station \(documents.fingerprint)", with: "station \(stranger)"), kind)
            }
        }
        #expect(throws: KeyLinkError.refused(.otherStation)) {
            try keys.sign(documents.ticket(1, station: "derm-04"), .ticket)
        }
        #expect(throws: KeyLinkError.refused(.otherStation)) {
            try keys.sign(documents.enrolment.replacing("derm-03", with: "derm-04"), .enrolment)
        }
    }

    @Test func `is refused for keys it does not have and for another epoch`() throws {
        #expect(throws: KeyLinkError.refused(.otherHolder)) {
            try keys.sign(documents.manifest(1).replacing("keys software", with: "keys tpm"), .manifest)
        }
        let now = try keys.raiseEpoch()
        #expect(now == documents.epoch + 1)
        #expect(throws: KeyLinkError.refused(.epoch(now))) { try keys.sign(documents.manifest(1), .manifest) }
    }

    @Test(arguments: [
        ("obscura-manifest/1", "obscura-manifest/2", 1), ("0123456789ABC", "0123456789ABI", 2), ("seq 1", "seq 01", 5),
        ("prev none", "prev some", 6), ("day 2026-03-01", "day 2026-13-01", 7), ("origin live", "origin dead", 9),
        ("origin live\n", "", 9), ("a/000001.age", "a/../x", 14), ("a/000001.age", "/x", 14),
        ("  OBSCURA", " OBSCURA", 13),
        ("index.age\n", "index.age", 15), ("consent ", "consent  ", 11),
    ]) func `is refused for a manifest of another form`(old: String, new: String, line: UInt32) throws {
        let text = documents.manifest(1).replacing(old, with: new)
        #expect(throws: KeyLinkError.refused(.document(line: line))) { try keys.sign(text, .manifest) }
    }

    @Test func `is refused for a document of another kind`() throws {
        for (kind, text) in documents.all(1) {
            for other in DocumentKind.allCases where other != kind {
                #expect(throws: KeyLinkError.refused(.document(line: 1))) { try keys.sign(text, other) }
            }
        }
    }

    @Test func `is refused for a ticket of another form`() throws {
        #expect(throws: KeyLinkError.refused(.document(line: 2))) {
            try keys.sign(documents.ticket(1, lifetime: 86_401), .ticket)
        }
        #expect(throws: KeyLinkError.refused(.document(line: 1))) {
            try keys.sign(documents.ticket(1, algorithm: "none"), .ticket)
        }
        #expect(throws: KeyLinkError.refused(.otherStation)) {
            try keys.sign(documents.ticket(1, station: #"derm-03","iss":"x"#), .ticket)
        }
    }
}
