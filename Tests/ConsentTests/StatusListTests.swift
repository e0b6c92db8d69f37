import Crypto
import JOSE
import Policy
import Testing
import Zlib

@testable import Consent

@Suite struct `A status list` {
    private let clinic = Clinic()
    private let now = Clinic.now

    private func sign(
        bits: Int64 = 2, entries: [UInt8] = [0], uri: String = Clinic.uri, packed: String? = nil,
        _ change: (JSONObject) -> JSONObject = { $0 }
    ) throws -> [UInt8] {
        let lst = try packed ?? Base64URL.encode(Zlib.deflate(entries))
        let object: JSONObject = [
            "sub": .string(uri), "iat": .integer(now), "exp": .integer(now + 86_400), "ttl": .integer(900),
            "status_list": .object(["bits": .integer(bits), "lst": .string(lst)]),
        ]
        return try CompactJWS.sign(
            type: "statuslist+jwt", kid: "list-1", payload: change(object).canonical, key: clinic.list)
    }

    private func verify(_ bytes: [UInt8], policy: ClinicPolicy? = nil) throws -> StatusList {
        let policy = try policy ?? clinic.policy()
        return try StatusList(verifying: bytes, policy: policy, now: now)
    }

    @Test func `of one bit is read as the draft's own example, least significant first`() throws {
        // The draft's example: 1,0,0,1,1,1,0,1 and 1,1,0,0,0,1,0,1 make the bytes b9 a3.
        let list = try verify(sign(bits: 1, packed: "eNrbuRgAAhcBXQ"))
        let bits = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
        let expected = bits.map { $0 == 1 ? StatusValue.invalid : .valid }
        #expect(try (0..<16).map { try list.value(at: $0) } == expected)
        #expect(throws: ConsentError.statusIndex(16, entries: 16)) { try list.value(at: 16) }
        #expect(throws: ConsentError.statusIndex(-1, entries: 16)) { try list.value(at: -1) }
    }

    @Test func `of two bits says valid, invalid and suspended; what has no meaning suspends`() throws {
        let list = try verify(sign(entries: [0b1110_0100]))
        #expect(try (0..<4).map { try list.value(at: $0) } == [.valid, .invalid, .suspended, .suspended])
        #expect(throws: ConsentError.statusIndex(4, entries: 4)) { try list.value(at: 4) }
    }

    @Test func `that the clinic drafted reads back`() throws {
        let list = try verify(clinic.listBytes([7: .invalid, 8: .suspended, 9999: .invalid]))
        let values = try [6, 7, 8, 9, 9999].map { try list.value(at: $0) }
        #expect(values == [.valid, .invalid, .suspended, .valid, .invalid])
    }

    @Test func `that inflates beyond the bound, or not at all, is refused`() throws {
        let bomb = [UInt8](repeating: 0, count: (1 << 20) + 1)
        #expect(throws: ConsentError.statusListInvalid("lst")) { try verify(sign(entries: bomb)) }
        #expect(throws: ConsentError.statusListInvalid("lst")) { try verify(sign(packed: "AAAA")) }
        #expect(throws: ConsentError.statusListInvalid("lst")) { try verify(sign(packed: "")) }
        let cut = try Base64URL.encode(Zlib.deflate([1, 2, 3]).dropLast())
        #expect(throws: ConsentError.statusListInvalid("lst")) { try verify(sign(packed: cut)) }
    }

    @Test(
        arguments: [
            ("exp", nil, ConsentError.malformed(.missing("exp"))), ("ttl", nil, .malformed(.missing("ttl"))),
            ("iat", nil, .malformed(.missing("iat"))), ("ttl", JSON.integer(0), .statusListInvalid("ttl")),
            ("exp", .integer(Clinic.now + 259_201), .statusListInvalid("exp")),
            ("iat", .integer(Clinic.now + 61), .notYetValid(from: Clinic.now + 61)),
            ("sub", .string("https://x"), .statusListNotInPolicy("https://x")),
            ("status_list.bits", .integer(4), .statusListInvalid("bits")),
            ("extra", .null, .malformed(.unknownMember("extra"))),
        ] as [(String, JSON?, ConsentError)])
    func `outside the profile is refused`(path: String, value: JSON?, error: ConsentError) throws {
        let bytes = try sign { $0.replacing(path, with: value) }
        #expect(throws: error) { try verify(bytes) }
    }

    @Test func `of a key that is not for it is refused`() throws {
        let other = P256.Signing.PrivateKey()
        let policy = try clinic.policy {
            $0.lists[1] = PolicyClaims.List(uri: Clinic.otherURI, kid: "list-2", key: PublicKey(other.publicKey))
        }
        let bytes = try sign(uri: Clinic.otherURI)
        #expect(throws: ConsentError.statusListNotInPolicy(Clinic.otherURI)) { try verify(bytes, policy: policy) }
    }

    @Test func `never gives way to an older one`() throws {
        var lists = try clinic.lists([10: .invalid])
        let older = try StatusList(verifying: clinic.listBytes(issuedAt: now - 1), policy: clinic.policy(), now: now)
        let tookOlder = lists.take(older)
        #expect(!tookOlder)
        #expect(try lists[Clinic.uri]?.value(at: 10) == .invalid)
        let newer = try StatusList(verifying: clinic.listBytes(issuedAt: now + 1), policy: clinic.policy(), now: now)
        let tookNewer = lists.take(newer)
        #expect(tookNewer)
        #expect(lists.newestIssue == now + 1)
    }
}

@Suite struct `An inflated stream` {
    @Test(arguments: [0, 1, 4095, 4096, 4097, 100_000])
    func `comes back whole up to the bound and not beyond`(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let packed = try Zlib.deflate(bytes)
        #expect(try Zlib.inflate(packed, bound: count) == bytes)
        if count > 0 {
            #expect(throws: ZlibError.tooLarge(bound: count - 1)) { try Zlib.inflate(packed, bound: count - 1) }
        }
        #expect(throws: ZlibError.corrupt) { try Zlib.inflate(packed + [0], bound: count) }
    }
}
