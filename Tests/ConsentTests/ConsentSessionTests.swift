import JOSE
import Policy
import Testing

@testable import Consent

@Suite struct `A consent session` {
    private let clinic = Clinic()
    private let now = Clinic.now
    private let scalp: Site
    private let dermoscope: Modality

    init() throws {
        scalp = try Site(parsing: "SCT:43067004")
        dermoscope = try Modality(parsing: "DMS")
    }

    private func clock(_ offset: Int64 = 0, drift: Int64 = 0, floor: Int64? = nil) -> ClockReading {
        ClockReading(realtime: now + offset + drift, boottime: 5000 + offset, floor: floor ?? now)
    }

    private func opened(
        _ token: ConsentToken? = nil, lists: StatusLists? = nil, clock: ClockReading? = nil,
        ledger: MemoryLedger = MemoryLedger()
    ) throws -> ConsentSession {
        var session = ConsentSession()
        let (policy, lists) = (try clinic.policy(), try lists ?? clinic.lists())
        try session.open(
            .consent(try token ?? clinic.token()), policy: policy, lists: lists, clock: clock ?? self.clock(),
            ledger: ledger)
        return session
    }

    /// Takes a shot; the facts of its grant.
    private func shoot(
        _ session: inout ConsentSession, _ ledger: inout MemoryLedger, site: Site? = nil, modality: Modality? = nil,
        exposures: Int64 = 1, lists: StatusLists? = nil, clock: ClockReading? = nil
    ) throws -> Exposure {
        let (policy, lists) = (try clinic.policy(), try lists ?? clinic.lists())
        let grant = try session.next(
            site: site ?? scalp, modality: modality ?? dermoscope, exposures: exposures, policy: policy, lists: lists,
            clock: clock ?? self.clock(), ledger: &ledger)
        return grant.exposure
    }

    @Test func `gives a grant that carries the consent's own key, rules and reservation`() throws {
        var (session, ledger) = (try opened(), MemoryLedger())
        let token = try clinic.token()
        let exposure = try shoot(&session, &ledger, exposures: 3)
        #expect(exposure.consent == token.reference)
        #expect(exposure.subject == Exposure.Subject(handle: "pt_7Q2K9M4T", encounter: "enc_31AB"))
        #expect(exposure.sealTo.description == Clinic.recipient(7))
        #expect(exposure.further.map(\.id) == ["ai:inhouse"])
        #expect(exposure.face == .mask)
        #expect((exposure.sequence, exposure.exposures) == (1, 3))
        #expect(ledger.framesTaken(token.reference) == 3)
        #expect(exposure.standing.evidence.map(\.uri) == [Clinic.uri])
    }

    @Test func `takes no frame beyond the limit, across reopening too`() throws {
        var (session, ledger) = (try opened(), MemoryLedger())
        _ = try shoot(&session, &ledger, exposures: 9)
        #expect(throws: ConsentError.noFramesLeft(limit: 10)) { try shoot(&session, &ledger, exposures: 2) }
        _ = try shoot(&session, &ledger)
        #expect(throws: ConsentError.noFramesLeft(limit: 10)) { try shoot(&session, &ledger) }
        #expect(ledger.sequence == 2)
        _ = try session.close()
        #expect(throws: ConsentError.noFramesLeft(limit: 10)) { try opened(ledger: ledger) }
    }

    @Test func `refuses what the consent does not cover, and reserves nothing`() throws {
        var (session, ledger) = (try opened(), MemoryLedger())
        let face = try Site(parsing: "SCT:73897004")
        let mesh = try Modality(parsing: "M3D")
        #expect(throws: ConsentError.site(face)) { try shoot(&session, &ledger, site: face) }
        #expect(throws: ConsentError.modality(mesh)) { try shoot(&session, &ledger, modality: mesh) }
        #expect(throws: ConsentError.exposures(0)) { try shoot(&session, &ledger, exposures: 0) }
        #expect(throws: ConsentError.exposures(-5)) { try shoot(&session, &ledger, exposures: -5) }
        #expect(ledger.sequence == 0)
    }

    @Test func `takes no mesh without geometry in the consent, even where the modality is listed`() throws {
        var (session, ledger) = (try opened(clinic.token { $0.modalities = ["M3D"] }), MemoryLedger())
        let mesh = try Modality(parsing: "M3D")
        #expect(throws: ConsentError.modality(mesh)) { try shoot(&session, &ledger, modality: mesh) }
    }

    @Test func `lets geometry be kept only under a release, for a shot of geometry, while it is open`() throws {
        var (session, ledger) = (try opened(clinic.geometryToken()), MemoryLedger())
        let mesh = try Modality(parsing: "M3D")
        let (policy, lists) = (try clinic.policy(), try clinic.lists())
        let shot = try session.next(
            site: scalp, modality: mesh, exposures: 1, policy: policy, lists: lists, clock: clock(), ledger: &ledger)
        let grant = try session.geometry(for: shot)
        #expect(grant.exposure.sequence == 1 && grant.exposure.modality == mesh)
        let photograph = try session.next(
            site: scalp, modality: dermoscope, exposures: 1, policy: policy, lists: lists, clock: clock(),
            ledger: &ledger)
        #expect(throws: ConsentError.modality(dermoscope)) { _ = try session.geometry(for: photograph) }
        _ = try session.close()
        #expect(throws: ConsentError.noSession) { _ = try session.geometry(for: shot) }
        // Another visit does not keep what this one was given.
        let other = try opened(clinic.token { $0.jti = "another" })
        #expect(throws: ConsentError.noSession) { _ = try other.geometry(for: shot) }
    }

    @Test func `hands no grant out when the ledger cannot be written`() throws {
        let fault = LedgerFault(call: "fsync", errno: 28)
        var (session, ledger) = (try opened(), MemoryLedger(fault: fault))
        #expect(throws: ConsentError.ledger(fault)) { try shoot(&session, &ledger) }
    }

    @Test func `is alone`() throws {
        var session = try opened()
        let (policy, lists, token) = (try clinic.policy(), try clinic.lists(), try clinic.token { $0.jti = "another" })
        #expect(throws: ConsentError.sessionAlreadyOpen) {
            try session.open(.consent(token), policy: policy, lists: lists, clock: clock(), ledger: MemoryLedger())
        }
        #expect(session.visit?.token.reference == ConsentReference(jti: "0193f6c2-5d1e"))
    }

    @Test func `ends with close, and gives nothing more`() throws {
        var (session, ledger) = (try opened(), MemoryLedger())
        #expect(try session.close() == clinic.token().reference)
        #expect(throws: ConsentError.noSession) { try shoot(&session, &ledger) }
        #expect(throws: ConsentError.noSession) { try session.close() }
        ledger.withdrawn = [try clinic.token().reference]
        #expect(throws: ConsentError.withdrawn(try clinic.token().reference)) { try opened(ledger: ledger) }
    }

    @Test func `closes when the consent expires`() throws {
        let token = try clinic.token()
        var (session, ledger) = (try opened(token), MemoryLedger())
        let late = clock(8 * 3600 + 60)
        #expect(throws: ConsentError.expired(at: now + 8 * 3600)) { try shoot(&session, &ledger, clock: late) }
        #expect(session.visit == nil)
        #expect(throws: ConsentError.expired(at: now + 8 * 3600)) { try opened(token, clock: late) }
    }

    @Test func `refuses a clock that went back and closes on one that was set`() throws {
        #expect(throws: ConsentError.clockBelowFloor(now, floor: now + 61)) {
            try opened(clock: clock(floor: now + 61))
        }
        for drift in [60, -60] as [Int64] {
            var (session, ledger) = (try opened(), MemoryLedger())
            _ = try shoot(&session, &ledger, clock: clock(100, drift: drift - drift.signum()))
            let set = clock(100, drift: drift, floor: now - 600)
            #expect(throws: ConsentError.clockDrift(drift)) { try shoot(&session, &ledger, clock: set) }
            #expect(session.visit == nil)
        }
    }
}

@Suite struct `A withdrawal` {
    private let clinic = Clinic()
    private let now = Clinic.now

    private func standing(_ values: [Int: StatusValue], after seconds: Int64 = 0) throws -> Standing {
        try Standing(
            of: .consent(clinic.token()), policy: clinic.policy(), lists: clinic.lists(values), now: now + seconds)
    }

    @Test func `of the consent, or of care, stops everything`() throws {
        let reference = try clinic.token().reference
        #expect(throws: ConsentError.withdrawn(reference)) { try standing([10: .invalid]) }
        #expect(throws: ConsentError.suspended(reference)) { try standing([10: .suspended]) }
        #expect(throws: ConsentError.withdrawn(reference)) { try standing([11: .invalid]) }
        #expect(throws: ConsentError.suspended(reference)) { try standing([11: .suspended]) }
    }

    @Test func `of another purpose drops that purpose and keeps care`() throws {
        for (value, reason) in [(StatusValue.invalid, Standing.DropReason.withdrawn), (.suspended, .suspended)] {
            let standing = try standing([12: value])
            #expect(standing.permitted.map(\.purpose) == [.care])
            #expect(standing.dropped == [Standing.Drop(purpose: .careAIAnalysis, reason: reason)])
        }
    }

    @Test func `that could not be heard of leaves care until the list ends, then nothing`() throws {
        #expect(try standing([:], after: 900).dropped.isEmpty)
        let stale = try standing([:], after: 901)
        #expect(stale.permitted.map(\.purpose) == [.care])
        #expect(stale.dropped == [Standing.Drop(purpose: .careAIAnalysis, reason: .listStale)])
        #expect(try standing([:], after: 86_399).permitted.map(\.purpose) == [.care])
        #expect(throws: ConsentError.statusListExpired(Clinic.uri, at: now + 86_400)) {
            try standing([:], after: 86_400)
        }
    }

    @Test func `in a list that is unknown or not here refuses the session`() throws {
        #expect(throws: ConsentError.statusListMissing(Clinic.uri)) {
            try Standing(of: .consent(clinic.token()), policy: clinic.policy(), lists: StatusLists(), now: now)
        }
        let foreign = try clinic.token { $0.permits[1].listURI = "https://elsewhere.example/1" }
        #expect(throws: ConsentError.statusListNotInPolicy("https://elsewhere.example/1")) {
            try Standing(of: .consent(foreign), policy: clinic.policy(), lists: clinic.lists(), now: now)
        }
        let second = try clinic.token { $0.permits[1].listURI = Clinic.otherURI }
        let standing = try Standing(of: .consent(second), policy: clinic.policy(), lists: clinic.lists(), now: now)
        #expect(standing.dropped == [Standing.Drop(purpose: .careAIAnalysis, reason: .listMissing)])
        let beyond = try clinic.token { $0.index = 10_000 }
        #expect(throws: ConsentError.statusIndex(10_000, entries: 10_000)) {
            try Standing(of: .consent(beyond), policy: clinic.policy(), lists: clinic.lists(), now: now)
        }
    }

    @Test func `seen while the session is open closes it at the next look`() throws {
        var session = ConsentSession()
        let (policy, token) = (try clinic.policy(), try clinic.token())
        let start = ClockReading(realtime: now, boottime: 0, floor: now)
        try session.open(.consent(token), policy: policy, lists: clinic.lists(), clock: start, ledger: MemoryLedger())
        var lists = try clinic.lists()
        try session.review(policy: policy, lists: lists, clock: start)
        lists.take(
            try StatusList(verifying: clinic.listBytes(issuedAt: now + 5, [10: .invalid]), policy: policy, now: now))
        #expect(throws: ConsentError.withdrawn(token.reference)) {
            try session.review(policy: policy, lists: lists, clock: start)
        }
        #expect(session.visit == nil)
    }
}

@Suite struct `A refusal` {
    @Test func `is one plain line for the operator and one word for the journal`() throws {
        let expired = ConsentError.expired(at: 1_795_276_800)
        #expect(expired.operatorLine == "this consent expired at 2026-11-21 16:00:00 UTC")
        #expect(expired.code == "expired")
        #expect(ConsentError.genetic.code == "genetic")
        let hostile = ConsentError.audience(["\u{1B}[2J\nobscura: ok"])
        #expect(hostile.operatorLine == "this consent is for '?[2J?obscura: ok', not for this station")
        #expect(hostile.code == "audience")
    }
}
