import BundleFormat
import Clinic
import Consent
import Foundation
import JOSE
import LockedMemory
import Open
import Policy
import Testing

@Suite struct `A consent at the clinic` {
    private let clinic: TemporaryClinic
    private let now = TemporaryClinic.now

    init() throws { clinic = try TemporaryClinic() }

    private func list(at now: Int64) throws -> StatusList {
        try StatusList(
            verifying: try clinic.folder.read("lists/1.jws"), policy: try clinic.folder.policy(), now: now)
    }

    @Test func `is a token that a station takes, with a key of its own`() throws {
        let one = try clinic.folder.issue(clinic.form())
        let other = try clinic.folder.issue(clinic.form())
        let policy = try clinic.folder.policy()
        let token = try ConsentToken(verifying: one.token, policy: policy, station: "derm-03", now: now)
        #expect(token.claims.handle == "pt_7Q2K9M4T")
        #expect(token.reference == one.record.reference)
        #expect(try TemporaryClinic.recipient(in: one.token) != TemporaryClinic.recipient(in: other.token))
        #expect(Set((one.record.entries + other.record.entries).map(\.index)).count == 4)
    }

    @Test func `is not needed to try a station: a service token has no patient`() throws {
        var form = ServiceForm(
            station: "derm-03", reason: "new lens", modalities: ["XC"], sites: ["SCT:43067004"], frames: 5,
            issuedAt: now, expires: now + 3600)
        let issued = try clinic.folder.issueService(form)
        let token = try SessionToken(
            verifying: issued.token, policy: try clinic.folder.policy(), station: "derm-03", now: now)
        #expect(token.kind == "service")
        #expect(issued.record.patient == nil)
        let text = String(decoding: issued.token, as: UTF8.self)
        #expect(try clinic.folder.consent(named: text) == issued.record)
        #expect(try clinic.folder.consents() == [issued.record])
        form.frames = 201
        #expect(throws: ClinicError.self) { try clinic.folder.issueService(form) }
        #expect(try clinic.folder.consents().count == 1)
    }

    @Test func `opens with the escrow identity when the working one is lost`() throws {
        let consent = try clinic.folder.issue(clinic.form())
        let sealed = try clinic.folder.read("consents/\(consent.record.reference.hex)/identity.age")
        let text = try AgeFile.open(sealed.span, identities: [try Identity(parsing: clinic.escrow)])
        let recipient = try Identity.list(parsing: text)[0].recipient?.description
        #expect(try recipient == TemporaryClinic.recipient(in: consent.token))
        let stranger = try Identity.generate()
        #expect(throws: OpenError.noMatch) { try AgeFile.open(sealed.span, identities: [stranger]) }
    }

    @Test func `is refused before anything is kept when a station would refuse it`() throws {
        var form = clinic.form()
        form.sites = ["scalp"]
        #expect(throws: ClinicError.self) { try clinic.folder.issue(form) }
        form = clinic.form()
        form.expires = form.issuedAt + 13 * 3600
        #expect(throws: ClinicError.self) { try clinic.folder.issue(form) }
        form = clinic.form(grants: [
            .init(purpose: .care, recipient: nil), .init(purpose: .careAIAnalysis, recipient: nil),
        ])
        #expect(throws: ClinicError.self) { try clinic.folder.issue(form) }
        #expect(try clinic.folder.consents().isEmpty)
    }

    @Test func `is in a list of today although the clock was a day ahead when the last one was signed`() throws {
        try clinic.folder.signList(at: now + 86_400)
        #expect(throws: ConsentError.notYetValid(from: now + 86_400)) { try list(at: now) }
        try clinic.folder.signList(at: now)
        #expect(try list(at: now).issuedAt == now)
    }

    @Test func `stands invalid in a newer list the moment it is withdrawn`() throws {
        let consent = try clinic.folder.issue(clinic.form())
        let index = Int64(try #require(consent.record.entries.first).index)
        let before = try list(at: now)
        #expect(try before.value(at: index) == .valid)
        // In the same second as the list before: a station must still take it as newer.
        _ = try clinic.folder.change(consent.record, purpose: nil, to: .suspend, at: now)
        let held = try list(at: now + 1)
        #expect(try held.value(at: index) == .suspended)
        #expect(held.issuedAt > before.issuedAt)
        _ = try clinic.folder.change(consent.record, purpose: nil, to: .withdraw, at: now)
        #expect(try list(at: now + 2).value(at: index) == .invalid)
        #expect(throws: ClinicError.alreadyWithdrawn(consent.record.jti)) {
            try clinic.folder.change(consent.record, purpose: nil, to: .restore, at: now)
        }
    }

    @Test func `loses one purpose and keeps care`() throws {
        let consent = try clinic.folder.issue(
            clinic.form(grants: [.init(purpose: .care, recipient: nil), .init(purpose: .research, recipient: nil)]))
        let changed = try clinic.folder.change(consent.record, purpose: .research, to: .withdraw, at: now)
        #expect(changed.entries.map(\.value) == [.valid, .valid, .invalid])
        #expect(changed.state == .valid)
    }

    @Test func `is withdrawn by what the patient said at the chair`() throws {
        let consent = try clinic.folder.issue(clinic.form())
        let notice = Notice(
            station: clinic.key.fingerprint, seq: 3, consent: try .of(Array(consent.record.jti.utf8)), act: .withdrawn,
            time: UInt64(now))
        let folder = "notices/\(clinic.key.fingerprint.hex)"
        try FileManager.default.createDirectory(
            atPath: clinic.folder.fullPath(folder), withIntermediateDirectories: true)
        try clinic.folder.put(notice.text, as: "\(folder)/000000000003.txt")
        #expect(try clinic.folder.takeNotices(at: now) == 1)
        #expect(try clinic.folder.consent(consent.record.reference).state == .invalid)
        #expect(try clinic.folder.takeNotices(at: now) == 0)
    }

    @Test func `is found by its token, its jti and its digest`() throws {
        let consent = try clinic.folder.issue(clinic.form())
        for name in [String(decoding: consent.token, as: UTF8.self), consent.record.jti, consent.record.reference.hex] {
            #expect(try clinic.folder.consent(named: name) == consent.record)
        }
        #expect(throws: ClinicError.unknownConsent("nobody")) { try clinic.folder.consent(named: "nobody") }
    }
}
