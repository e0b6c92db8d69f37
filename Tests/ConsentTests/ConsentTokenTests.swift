import Crypto
import Hex
import JOSE
import Policy
import Testing

@testable import Consent

@Suite struct `A consent token` {
    private let clinic = Clinic()
    private let now = Clinic.now

    @Test func `rightly signed for this station says what the patient agreed to`() throws {
        let token = try clinic.token()
        #expect(token.claims.handle == "pt_7Q2K9M4T")
        #expect(token.claims.permitted.map(\.purpose) == [.care, .careAIAnalysis])
        #expect(token.claims.denied == ["ai-training", "research"])
        #expect(token.claims.capture.face == .mask)
        #expect(token.sealTo.description == Clinic.recipient(7))
        #expect(token.further.map(\.id) == ["ai:inhouse"])
        #expect(token.reference.hex == Hex.encode(SHA256.hash(data: Array("0193f6c2-5d1e".utf8))))
    }

    @Test func `without one of the forms of a signed consent is refused by name`() throws {
        let object = clinic.draft().object
        let good = try clinic.sign(object)
        #expect(throws: ConsentError.size(16_385)) {
            try clinic.verify([UInt8](repeating: 0x41, count: 16_385))
        }
        #expect(throws: ConsentError.type("statuslist+jwt")) {
            try clinic.verify(clinic.sign(object, type: "statuslist+jwt"))
        }
        #expect(throws: ConsentError.unknownKey("consent-9")) {
            try clinic.verify(clinic.sign(object, kid: "consent-9"))
        }
        let stranger = try CompactJWS.sign(
            type: "consent+jwt", kid: "consent-1", payload: object.canonical, key: P256.Signing.PrivateKey())
        #expect(throws: ConsentError.signature) { try clinic.verify(stranger) }
        let rest = Array(good[(good.firstIndex(of: 0x2E) ?? 0)...])
        let none = Base64URL.encodedBytes(Array(#"{"alg":"none","typ":"consent+jwt","kid":"consent-1"}"#.utf8)) + rest
        #expect(throws: ConsentError.algorithm("none")) { try clinic.verify(none) }
        let unsigned = Array(good[...(good.lastIndex(of: 0x2E) ?? 0)])
        #expect(throws: ConsentError.malformed(.signatureLength(0))) { try clinic.verify(unsigned) }
        #expect(throws: ConsentError.malformed(.parts(1))) { try clinic.verify(Array("no token".utf8)) }
    }

    @Test func `with a key that stands twice is refused`() throws {
        var payload = clinic.draft().object.canonical
        payload.removeLast()
        payload += Array(#","aud":["obscura:derm-04"]}"#.utf8)
        let bytes = try CompactJWS.sign(type: "consent+jwt", kid: "consent-1", payload: payload, key: clinic.issuer)
        #expect(throws: ConsentError.malformed(.json(.duplicateKey("aud"), offset: payload.count - 21))) {
            try clinic.verify(bytes)
        }
    }

    @Test(
        arguments: [
            ("surprise", JSON.bool(true), ConsentError.malformed(.unknownMember("surprise"))),
            ("capture.zoom", .integer(2), .malformed(.unknownMember("capture.zoom"))),
            ("ver", .integer(2), .malformed(.invalid("ver"))),
            ("sub", .string("Ada Lovelace"), .malformed(.invalid("sub"))),
            ("status", nil, .malformed(.missing("status"))),
            ("status.status_list.idx", .integer(-1), .malformed(.invalid("status.status_list.idx"))),
            ("notice.sha256", .string("AAAA"), .malformed(.invalid("notice.sha256"))),
            ("iss", .string("https://other.example"), .issuer("https://other.example")),
            ("aud", .strings(["obscura:derm-04"]), .audience(["obscura:derm-04"])),
            (
                "aud", .strings(["obscura:derm-03", "obscura:derm-04"]),
                .audience(["obscura:derm-03", "obscura:derm-04"])
            ),
            ("aud", .strings([]), .audience([])),
            ("nbf", .integer(Clinic.now + 61), .notYetValid(from: Clinic.now + 61)),
            ("iat", .integer(Clinic.now + 61), .notYetValid(from: Clinic.now + 61)),
            ("exp", .integer(Clinic.now - 60), .expired(at: Clinic.now - 60)),
            ("exp", .integer(Clinic.now + 43_261), .lifetime(43_261, most: 43_200)),
            ("notice.ai_limits_ack", .bool(false), .limitsOfAINotAcknowledged),
            ("given.method", .string("default"), .methodDefault), ("given.by", .string("spouse"), .givenBy("spouse")),
            ("given.age_band", .string("child"), .guardianNeeded), ("given.age_band", .string("any"), .ageBand("any")),
            ("given.at", .integer(Clinic.now + 61), .givenInFuture(Clinic.now + 61)),
            ("capture.sites", .strings([]), .captureScope("sites")),
            ("capture.sites", .strings(["scalp"]), .captureScope("sites")),
            ("capture.modalities", .strings([]), .captureScope("modalities")),
            ("capture.modalities", .strings(["x-ray"]), .captureScope("modalities")),
            ("capture.max_frames", .integer(0), .captureScope("max_frames")),
            ("capture.face", .string("blur"), .malformed(.invalid("capture.face"))),
            ("capture.geometry", .bool(true), .geometryWithoutRelease), ("capture.genetic", .bool(true), .genetic),
            ("grants", .array([]), .careNotPermitted), ("seal.to", .string("age1qqqq"), .recipient("seal.to")),
            ("seal.to", .string(Clinic.recipient(7).uppercased()), .recipient("seal.to")),
        ] as [(String, JSON?, ConsentError)])
    func `that does not allow the capture is refused by its reason`(
        path: String, value: JSON?, error: ConsentError
    ) throws {
        let bytes = try clinic.sign(clinic.draft().object.replacing(path, with: value))
        #expect(throws: error) { try clinic.verify(bytes) }
    }

    @Test(
        arguments: [
            (0, "decision", JSON.string("deny"), ConsentError.careNotPermitted),
            (0, "decision", .string("maybe"), .malformed(.invalid("grants[0].decision"))),
            (0, "p", .string("identification"), .careNotPermitted), (1, "p", .string("care"), .grantTwice("care")),
            (1, "status", nil, .grantIncomplete(.careAIAnalysis, "status")),
            (1, "withdraw", nil, .grantIncomplete(.careAIAnalysis, "withdraw")),
            (1, "retain", nil, .grantIncomplete(.careAIAnalysis, "retain")),
            (1, "form", nil, .grantIncomplete(.careAIAnalysis, "form")),
            (1, "form", .string("identifiable"), .recipient("ai:inhouse")),
            (1, "recipients", .array([.object(["id": .string("x"), "to": .string("age1pq1x")])]), .recipient("x")),
            (1, "price", .integer(1), .malformed(.unknownMember("grants[1].price"))),
        ] as [(Int, String, JSON?, ConsentError)])
    func `with a grant that does not hold is refused by its reason`(
        index: Int, key: String, value: JSON?, error: ConsentError
    ) throws {
        let bytes = try clinic.sign(clinic.draft().object.replacingGrant(index, key, with: value))
        #expect(throws: error) { try clinic.verify(bytes) }
    }

    @Test func `denies a purpose that this station does not know`() throws {
        let token = try clinic.verify(clinic.sign(clinic.draft().object.replacingGrant(1, "p", with: .string("sale"))))
        #expect(token.claims.permitted.map(\.purpose) == [.care])
        #expect(token.claims.denied.contains("sale"))
        #expect(token.further.isEmpty)
    }

    @Test func `of a child is taken from a guardian, and geometry with a release`() throws {
        #expect(try clinic.token { ($0.ageBand, $0.givenBy) = ("child", "guardian") }.claims.given.by == "guardian")
        let release = Clinic.release
        let object = clinic.draft().object.replacing("capture.geometry", with: .bool(true))
        let whole = object.replacing("biometric_release", with: .object(release))
        #expect(try clinic.verify(clinic.sign(whole)).claims.hasRelease)
        let cut = object.replacing("biometric_release", with: .object(release.replacing("signer", with: nil)))
        #expect(throws: ConsentError.malformed(.missing("biometric_release.signer"))) {
            try clinic.verify(clinic.sign(cut))
        }
    }

    @Test func `under a retired or hurried notice is refused`() throws {
        let bytes = try clinic.sign(clinic.draft().object)
        let retired = try clinic.policy { $0.retiredNotices = [String(repeating: "00", count: 32)] }
        #expect(throws: ConsentError.noticeRetired("1")) { try clinic.verify(bytes, policy: retired) }
        let slow = try clinic.policy { $0.noticeMinutes = 9 }
        #expect(throws: ConsentError.noticeTooShort(500)) { try clinic.verify(bytes, policy: slow) }
    }

    @Test func `is judged in the order of the rules: what stands first names the refusal`() throws {
        // Everything is wrong at once, and each repair brings the next reason out.
        let wrong = clinic.draft().object.replacing("aud", with: .strings(["obscura:x"]))
            .replacing("exp", with: .integer(now - 3600)).replacing("given.method", with: .string("default"))
            .replacing("capture.sites", with: .strings([" "])).replacing("grants", with: .array([]))
        let steps: [(String, JSON, ConsentError)] = [
            ("capture.sites", .strings(["SCT:1"]), .captureScope("sites")),
            ("aud", .strings(["obscura:derm-03"]), .audience(["obscura:x"])),
            ("exp", .integer(now + 3600), .expired(at: now - 3600)), ("given.method", .string("pen"), .methodDefault),
        ]
        var object = wrong
        for (path, value, error) in steps {
            #expect(throws: error) { try clinic.verify(clinic.sign(object)) }
            object = object.replacing(path, with: value)
        }
        #expect(throws: ConsentError.careNotPermitted) { try clinic.verify(clinic.sign(object)) }
    }

    @Test func `with any one byte changed is refused`() throws {
        let good = try clinic.sign(clinic.draft().object)
        let policy = try clinic.policy()
        // Header and signature byte by byte; the payload, which one signature covers alike, at every seventh.
        let dots = good.indices.filter { good[$0] == UInt8(ascii: ".") }
        for index in good.indices where index <= dots[0] || index >= dots[1] || index % 7 == 0 {
            var bad = good
            bad[index] ^= 1 << UInt8(index % 8)
            #expect(throws: ConsentError.self, "byte \(index)") { try clinic.verify(bad, policy: policy) }
        }
    }

}
