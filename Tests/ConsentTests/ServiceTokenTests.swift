import JOSE
import Policy
import Testing

@testable import Consent

@Suite struct `A service token` {
    private let clinic = Clinic()
    private let now = Clinic.now

    private var claims: JSONObject {
        ServiceForm(
            station: "derm-03", reason: "new lens", modalities: ["DMS"], sites: ["SCT:43067004"], frames: 5,
            issuedAt: now, expires: now + 3600
        ).claims(
            issuer: "https://consent.example", jti: "service-1", sealTo: Clinic.recipient(3), listURI: Clinic.uri,
            index: 20)
    }

    private func verify(_ object: JSONObject, type: String = ServiceToken.type) throws -> SessionToken {
        try SessionToken(
            verifying: clinic.sign(object, type: type), policy: clinic.policy(), station: "derm-03", now: now)
    }

    private func opened(_ lists: StatusLists) throws -> ConsentSession {
        var session = ConsentSession()
        try session.open(
            verify(claims), policy: clinic.policy(), lists: lists,
            clock: ClockReading(realtime: now, boottime: 0, floor: now), ledger: MemoryLedger())
        return session
    }

    @Test func `gives grants of masked pictures of nobody, sealed to its own key`() throws {
        var (session, ledger) = (try opened(try clinic.lists()), MemoryLedger())
        let grant = try session.next(
            site: Site(parsing: "SCT:43067004"), modality: Modality(parsing: "DMS"), exposures: 1,
            policy: clinic.policy(), lists: clinic.lists(),
            clock: ClockReading(realtime: now, boottime: 0, floor: now), ledger: &ledger)
        let exposure = grant.exposure
        #expect(exposure.subject == nil)
        #expect(exposure.kind == "service")
        #expect(exposure.face == .mask)
        #expect(exposure.sealTo.description == Clinic.recipient(3))
        #expect(exposure.further.isEmpty)
        #expect(exposure.standing.permitted.isEmpty)
        #expect(exposure.standing.evidence.map(\.uri) == [Clinic.uri])
        #expect(ledger.framesTaken(ConsentReference(jti: "service-1")) == 1)
    }

    @Test func `leaves nothing when it is withdrawn at the chair`() throws {
        #expect(try verify(claims).withdrawal == .purge)
    }

    @Test func `ends with the status list of the clinic`() throws {
        for value in [StatusValue.invalid, .suspended] {
            #expect(throws: ConsentError.serviceEnded) { try opened(try clinic.lists([20: value])) }
        }
    }

    @Test(
        arguments: [
            ("sub", JSON.string("pt_7Q2K9M4T"), ConsentError.malformed(.unknownMember("sub"))),
            ("grants", .array([]), .malformed(.unknownMember("grants"))),
            ("capture.face", .string("identifiable"), .malformed(.unknownMember("capture.face"))),
            ("capture.modalities", .strings(["M3D"]), .captureScope("modalities")),
            ("capture.modalities", .strings([]), .captureScope("modalities")),
            ("capture.sites", .strings([]), .captureScope("sites")),
            ("capture.max_frames", .integer(201), .captureScope("max_frames")),
            ("exp", .integer(Clinic.now + 14_461), .lifetime(14_461, most: 14_400)),
            ("exp", .integer(Clinic.now - 60), .expired(at: Clinic.now - 60)),
            ("aud", .strings(["obscura:derm-04"]), .audience(["obscura:derm-04"])),
            ("iss", .string("https://other.example"), .issuer("https://other.example")),
            ("reason", .string(""), .malformed(.invalid("reason"))),
            ("reason", .string(String(repeating: "x", count: 201)), .malformed(.invalid("reason"))),
            ("status", nil, .malformed(.missing("status"))), ("ver", .integer(2), .malformed(.invalid("ver"))),
            ("seal.to", .string("age1qqqq"), .recipient("seal.to")),
        ] as [(String, JSON?, ConsentError)])
    func `that says more, or less, than it may is refused by its reason`(
        path: String, value: JSON?, error: ConsentError
    ) throws {
        #expect(throws: error) { try verify(claims.replacing(path, with: value)) }
    }

    @Test func `is not a consent, nor a consent one of it`() throws {
        #expect(throws: ConsentError.self) { try verify(claims, type: ConsentToken.type) }
        #expect(throws: ConsentError.self) { try verify(clinic.draft().object) }
        #expect(throws: ConsentError.type(ServiceToken.type)) {
            try clinic.verify(clinic.sign(claims, type: ServiceToken.type))
        }
    }
}
