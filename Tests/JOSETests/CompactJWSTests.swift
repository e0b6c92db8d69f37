import Crypto
import Testing

@testable import JOSE

@Suite struct `Base64url` {
    @Test(
        arguments: [
            ("", []), ("Zg", [0x66]), ("Zm8", [0x66, 0x6F]), ("Zm9v", [0x66, 0x6F, 0x6F]), ("-_8", [0xFB, 0xFF]),
        ] as [(String, [UInt8])])
    func `stands for its bytes`(text: String, bytes: [UInt8]) throws {
        #expect(try Base64URL.decode(text) == bytes)
        #expect(Base64URL.encode(bytes) == text)
    }

    @Test(arguments: ["Z", "Zg==", "Zh", "Zm9", "+/8", "Zm 8", "Zm8\n", "Zé"])
    func `in any other spelling is refused`(text: String) {
        #expect(throws: JOSEError.base64url) { try Base64URL.decode(text) }
    }
}

@Suite struct `A compact JWS` {
    static let key = P256.Signing.PrivateKey()

    /// A JWS with any header text, rightly signed.
    private static func signed(header: String, payload: String = "{}") throws -> [UInt8] {
        let input = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(payload.utf8))
        let signature = try key.signature(for: Array(input.utf8))
        return try CompactJWS.assemble(Array(input.utf8), signature: Array(signature.rawRepresentation))
    }

    @Test func `made by OpenSSL gives its payload`() throws {
        let text =
            "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsiLCJ0eXAiOiJ0In0.eyJhIjoxfQ.6bex5va9KZxZvQwc1mnSsxuX6PTvPJ84b144TsIM"
            + "7pG10fbtPmYVe4-4MJsYL2A_Hiem_hEu-lUCG0rbqrmPnQ"
        let key = try PublicKey(
            base64url:
                "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExsoAww6dOuUTO0OP8wkFlhfoYG9tf3UEYJvTNmQ-OusmcEfiv1USgy8skQQJ"
                + "wNmPl9WLGr5tEhVOB9sa-0olGg")
        #expect(key.fingerprint.hex == "8bf21733065eead499baf9d5d8f553dccd361508a88f49e366f5d0edfe9125b3")
        let jws = try CompactJWS(parsing: Array(text.utf8), bound: 1000)
        #expect(jws.kid == "k")
        #expect(try jws.payload(verifiedBy: key.key, type: "t") == Array(#"{"a":1}"#.utf8))
    }

    @Test(arguments: [
        (#"{"alg":"none","typ":"t","kid":"k"}"#, JOSEError.algorithm("none")),
        (#"{"alg":"HS256","typ":"t","kid":"k"}"#, .algorithm("HS256")),
        (#"{"alg":"es256","typ":"t","kid":"k"}"#, .algorithm("es256")),
        (#"{"alg":"ES256","kid":"k"}"#, .missing("typ")), (#"{"alg":"ES256","typ":"t"}"#, .missing("kid")),
        (#"{"alg":"ES256","typ":"t","kid":"k","jku":"https://x"}"#, .unknownMember("jku")),
        (#"{"alg":"ES256","typ":"t","kid":"k","jwk":{}}"#, .unknownMember("jwk")),
        (#"{"alg":"ES256","typ":"t","kid":"k","crit":[]}"#, .unknownMember("crit")),
        (#"{"alg":"ES256","typ":"t","kid":1}"#, .invalid("kid")), ("[]", .invalid("document")),
        (#"{"alg":"ES256","alg":"none","typ":"t","kid":"k"}"#, .json(.duplicateKey("alg"), offset: 20)),
    ])
    func `with another header is refused by name`(header: String, error: JOSEError) throws {
        let bytes = try Self.signed(header: header)
        #expect(throws: error) { try CompactJWS(parsing: bytes, bound: 4096) }
    }

    @Test func `of another form is refused`() throws {
        let good = try Self.signed(header: #"{"alg":"ES256","typ":"t","kid":"k"}"#)
        #expect(throws: JOSEError.size(good.count, bound: 20)) { try CompactJWS(parsing: good, bound: 20) }
        #expect(throws: JOSEError.parts(4)) { try CompactJWS(parsing: good + [0x2E], bound: 4096) }
        #expect(throws: JOSEError.parts(1)) { try CompactJWS(parsing: [], bound: 4096) }
        let unsigned = good[...(good.lastIndex(of: 0x2E) ?? 0)]
        #expect(throws: JOSEError.signatureLength(0)) { try CompactJWS(parsing: Array(unsigned), bound: 4096) }
        #expect(throws: JOSEError.base64url) { try CompactJWS(parsing: good + [0x3D, 0x3D], bound: 4096) }
    }

    @Test func `under another key or type keeps its payload`() throws {
        let bytes = try Self.signed(header: #"{"alg":"ES256","typ":"t","kid":"k"}"#)
        let jws = try CompactJWS(parsing: bytes, bound: 4096)
        let stranger = P256.Signing.PrivateKey().publicKey
        #expect(throws: JOSEError.signature) { try jws.payload(verifiedBy: stranger, type: "t") }
        #expect(throws: JOSEError.type("t")) { try jws.payload(verifiedBy: Self.key.publicKey, type: "consent+jwt") }
    }

    @Test func `with any one byte changed is refused`() throws {
        let payload = Array(#"{"a":1}"#.utf8)
        let good = try CompactJWS.sign(type: "t", kid: "k", payload: payload, key: Self.key)
        for index in good.indices {
            var bad = good
            bad[index] ^= 1 << UInt8(index % 7)
            #expect(throws: JOSEError.self, "byte \(index)") {
                try CompactJWS(parsing: bad, bound: 4096).payload(verifiedBy: Self.key.publicKey, type: "t")
            }
        }
    }
}

@Suite struct `A public key` {
    @Test func `comes only from the one DER form`() throws {
        let key = PublicKey(P256.Signing.PrivateKey().publicKey)
        #expect(try PublicKey(der: key.der) == key)
        var offCurve = key.der
        offCurve[90] ^= 1
        var compressed = key.der
        compressed[26] = 0x02
        for bad in [offCurve, compressed, key.der + [0], Array(key.der.dropLast()), []] {
            #expect(throws: JOSEError.key) { try PublicKey(der: bad) }
        }
    }

    @Test func `has a fingerprint that reads back, in lower case only`() throws {
        let fingerprint = PublicKey(P256.Signing.PrivateKey().publicKey).fingerprint
        #expect(try Fingerprint(hex: fingerprint.hex) == fingerprint)
        #expect(throws: JOSEError.hex) { try Fingerprint(hex: String(repeating: "A", count: 64)) }
        #expect(throws: JOSEError.hex) { try Fingerprint(hex: "ab") }
    }
}
