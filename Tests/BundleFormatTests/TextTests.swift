import BundleFormat
import Testing

let digestA = try! Digest.of(Array("a".utf8))
let digestB = try! Digest.of(Array("b".utf8))

func sampleManifest(previous: Digest? = digestB) throws -> Manifest {
    let facts = BundleFacts(
        bundle: BundleID(bits: 0x0123_4567_89ab_cdef), station: digestA, keys: .software, seq: 12, previous: previous,
        day: try Day(parsing: "2026-02-28"), epoch: 3, origin: .replay, policy: digestB, consent: digestA)
    return Manifest(
        facts: facts, recipients: digestB,
        entries: [
            .init(path: .label, digest: digestA), .init(path: .asset(1), digest: digestB),
            .init(path: .asset(2), digest: digestB), .init(path: .index, digest: digestA),
            .init(path: .indexFor("0a1b2c3d"), digest: digestA),
        ])
}

@Suite struct `A manifest` {
    @Test func `reads back as it was written`() throws {
        for previous in [digestB, nil] {
            let manifest = try sampleManifest(previous: previous)
            #expect(try Manifest(parsing: manifest.text) == manifest)
        }
    }

    @Test func `is the text of the format, byte for byte`() throws {
        let a = digestA.hex
        let b = digestB.hex
        let expected = """
            obscura-manifest/1
            bundle 0000000000000028T5CY4TQKFF
            station \(a)
            keys software
            seq 12
            prev none
            day 2026-02-28
            epoch 3
            origin replay
            policy \(b)
            consent \(a)
            recipients \(b)
            \(a)  OBSCURA
            \(b)  a/000001.age
            \(b)  a/000002.age
            \(a)  index.age
            \(a)  index-0a1b2c3d.age

            """
        #expect(String(decoding: try sampleManifest(previous: nil).text, as: UTF8.self) == expected)
    }

    @Test(arguments: [
        ("seq 12", "seq 012"), ("seq 12", "seq +12"), ("seq 12", "seq 1000000000000"), ("seq 12\n", "seq 12 \n"),
        ("keys software", "keys TPM"), ("origin replay", "origin"), ("prev ", "prev A"),
        ("day 2026-02-28", "day 2026-02-29"),
        ("obscura-manifest/1", "obscura-manifest/2"), ("\nseq", "\r\nseq"), ("\nepoch 3", ""),
        ("epoch 3", "epoch 3\nepoch 3"),
        ("  OBSCURA", " OBSCURA"), ("  OBSCURA", "   OBSCURA"), ("a/000002", "a/000003"), ("a/000002", "a/000001"),
        ("index.age", "/index.age"), ("a/000002.age", "../../x.age"), ("0a1b2c3d", "0A1B2C3D"),
        ("index-0a1b2c3d.age\n", "index-0a1b2c3d.age"), ("bundle 000", "bundle 800"), ("bundle 000", "bundle 00O"),
    ])
    func `refuses any other spelling`(old: String, new: String) throws {
        let text = String(decoding: try sampleManifest().text, as: UTF8.self)
        let altered = text.replacing(old, with: new, maxReplacements: 1)
        #expect(altered != text)
        #expect(throws: BundleError.self) { try Manifest(parsing: Array(altered.utf8)) }
    }
}

@Suite struct `A signed statement` {
    @Test func `read back as they were written`() throws {
        let tombstone = Tombstone(
            bundle: BundleID(bits: .max), station: digestA, seq: 7, voids: digestB,
            reason: try Reason(parsing: "wrong patient's arm"), time: 1_700_000_000)
        #expect(try Tombstone(parsing: tombstone.text) == tombstone)
        let notice = Notice(station: digestA, seq: 8, consent: digestB, act: .restricted, time: 5)
        #expect(try Notice(parsing: notice.text) == notice)
        let head = JournalHead(station: digestA, seq: 9, head: digestB, time: 6)
        #expect(try JournalHead(parsing: head.text) == head)
        let enrolment = Enrolment(station: try StationName(parsing: "derm-03"), key: digestA, keys: .tpm, time: 7)
        #expect(try Enrolment(parsing: enrolment.text) == enrolment)
        #expect(
            String(decoding: enrolment.text, as: UTF8.self)
                == "obscura-enrolment/1\nstation derm-03\nkey \(digestA)\nkeys tpm\ntime 7\n")
    }

    @Test func `refuse a line too many, one too few and each other's label`() throws {
        let notice = Notice(station: digestA, seq: 8, consent: digestB, act: .withdrawn, time: 5)
        #expect(throws: BundleError.self) { try Notice(parsing: notice.text + notice.text) }
        #expect(throws: BundleError.self) { try Notice(parsing: notice.text.dropLast(7)) }
        #expect(throws: BundleError.line(1, of: .tombstone)) { try Tombstone(parsing: notice.text) }
    }

    @Test(arguments: ["", " a", "a  b", "a ", "tab\there", "caf\u{e9}", String(repeating: "x", count: 201)])
    func `refuse a reason that could pass for another line`(reason: String) {
        #expect(throws: BundleError.value(.reason)) { try Reason(parsing: reason) }
    }
}

@Suite struct `A name` {
    @Test func `have one spelling`() throws {
        let id = try BundleID.random()
        #expect(try BundleID(parsing: id.description) == id)
        #expect(throws: BundleError.self) { try BundleID(parsing: id.description.lowercased()) }
        let name = try BundleFileName(seq: 12, id: id)
        #expect(name.description == "000000000012-\(id)")
        #expect(try BundleFileName(parsing: name.description) == name)
        #expect(throws: BundleError.self) { try BundleFileName(parsing: "12-\(id)") }
        #expect(throws: BundleError.self) { try BundleFileName(parsing: "+00000000012-\(id)") }
        #expect(throws: BundleError.self) { try BundleFileName(seq: 1_000_000_000_000, id: id) }
        #expect(throws: BundleError.self) { try Digest(hex: digestA.hex.uppercased()) }
    }

    @Test(arguments: ["", "Derm", "derm_3", "derm/3", "..", String(repeating: "a", count: 33), "d\u{e9}rm"])
    func `refuse a station that could be a path`(name: String) {
        #expect(throws: BundleError.value(.stationName)) { try StationName(parsing: name) }
    }

    @Test func `count days as the calendar does`() throws {
        #expect(Day(secondsSince1970: 0).description == "1970-01-01")
        #expect(Day(secondsSince1970: 951_782_400).description == "2000-02-29")
        #expect(Day(secondsSince1970: 1_709_251_199).description == "2024-02-29")
        #expect(Day(secondsSince1970: 1_798_761_599).description == "2026-12-31")
        #expect(throws: BundleError.self) { try Day(parsing: "2100-02-29") }
    }

    @Test func `keep a station key in one PEM`() throws {
        let prefix: [UInt8] = [
            0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
            0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
        ]
        let key = try StationKey(der: prefix + Array(0..<64))
        #expect(try StationKey(pem: key.pem) == key)
        #expect(throws: BundleError.self) { try StationKey(pem: key.pem + [0x0a]) }
        #expect(throws: BundleError.self) { try StationKey(pem: Array(key.pem.dropLast())) }
        #expect(throws: BundleError.self) { try StationKey(der: prefix + Array(0..<63)) }
    }
}

@Suite struct `Bech32 text` {
    @Test func `agrees with BIP 173 and has no length limit`() {
        #expect(Bech32.decode(label: "a", "A12UEL5L") == [])
        #expect(Bech32.decode(label: "a", "a12uel5l") == [])
        let long = [UInt8](repeating: 0x5a, count: 1216)
        #expect(Bech32.decode(label: "age1pq", Bech32.encode(label: "age1pq", long)) == long)
    }

    @Test func `refuses mixed case, other labels, altered text and loose bits`() throws {
        let text = Bech32.encode(label: "age", Array(0..<32))
        #expect(Bech32.decode(label: "age", text.prefix(10) + text.dropFirst(10).uppercased()) == nil)
        #expect(Bech32.decode(label: "agf", text) == nil)
        #expect(Bech32.decode(label: "age", text.dropLast()) == nil)
        for place in text.indices {
            var altered = text
            altered.replaceSubrange(place...place, with: text[place] == "q" ? "p" : "q")
            #expect(Bech32.decode(label: "age", altered) == nil)
        }
        let recipient = try #require(RecipientText(key: [UInt8](repeating: 7, count: 1216)))
        #expect(RecipientText(parsing: recipient.description) == recipient)
        #expect(RecipientText(parsing: recipient.description.uppercased()) == nil)
    }
}
