import Policy

/// One visit under one token, a patient's or an engineer's. A second one cannot open before the first has ended.
package struct ConsentSession: Sendable {
    /// What an open session rests on.
    package struct Visit: Sendable, Equatable {
        package let token: SessionToken
        package let openedAt: ClockReading
        package fileprivate(set) var standing: Standing
    }

    private enum State: Sendable {
        case closed
        case open(Visit)
    }

    private var state = State.closed

    package init() {}

    /// The visit, nil when no session is open.
    package var visit: Visit? {
        switch state {
        case .open(let visit): visit
        case .closed: nil
        }
    }

    /// Opens the visit of a token. Reopening one is allowed until it expires or its frames are used up.
    package mutating func open(
        _ token: SessionToken, policy: ClinicPolicy, lists: StatusLists, clock: ClockReading,
        ledger: borrowing some ConsentLedger & ~Copyable
    ) throws(ConsentError) {
        guard case .closed = state else { throw .sessionAlreadyOpen }
        try clock.checkFloor()
        try token.checkExpiry(clock)
        guard !ledger.isWithdrawn(token.reference) else { throw .withdrawn(token.reference) }
        let standing = try Standing(of: token, policy: policy, lists: lists, now: clock.realtime)
        guard ledger.framesTaken(token.reference) < token.scope.maxFrames else {
            throw .noFramesLeft(limit: token.scope.maxFrames)
        }
        state = .open(Visit(token: token, openedAt: clock, standing: standing))
    }

    /// Looks at the clock and the newest lists again. A session whose ground is gone is closed, and the reason thrown.
    package mutating func review(
        policy: ClinicPolicy, lists: StatusLists, clock: ClockReading
    ) throws(ConsentError) {
        guard case .open(var visit) = state else { throw .noSession }
        do throws(ConsentError) {
            try clock.checkFloor()
            try clock.checkDrift(since: visit.openedAt)
            try visit.token.checkExpiry(clock)
            guard policy.issuer(kid: visit.token.kid) != nil else { throw .unknownKey(visit.token.kid) }
            visit.standing = try Standing(of: visit.token, policy: policy, lists: lists, now: clock.realtime)
            state = .open(visit)
        } catch {
            state = .closed
            throw error
        }
    }

    /// Takes frames of the consent for one shot: everything is looked at again, then the ledger writes the reservation
    /// down, and only then the grant leaves.
    ///
    /// - Parameter exposures: frames of the shot, at least one.
    package mutating func next(
        site: Site, modality: Modality, exposures: Int64, policy: ClinicPolicy, lists: StatusLists,
        clock: ClockReading, ledger: inout some ConsentLedger & ~Copyable
    ) throws(ConsentError) -> ExposureGrant {
        try review(policy: policy, lists: lists, clock: clock)
        let visit = try visit(covering: site, modality, exposures, ledger)
        let token = visit.token
        let sequence: Int64
        do { sequence = try ledger.reserve(token.reference, exposures: exposures) } catch { throw .ledger(error) }
        return ExposureGrant(
            Exposure(
                sequence: sequence, consent: token.reference, subject: token.subject, site: site,
                rule: policy.rule(ofSite: site.description), modality: modality, exposures: exposures,
                face: token.face, sealTo: token.sealTo, further: visit.furtherRecipients, standing: visit.standing,
                token: token.bytes),
            identifiable: IdentifiableGrant(token))
    }

    /// Allows one look at what a camera sees, while a shot of it would be allowed; nothing is charged.
    package mutating func preview(
        site: Site, modality: Modality, policy: ClinicPolicy, lists: StatusLists, clock: ClockReading,
        ledger: borrowing some ConsentLedger & ~Copyable
    ) throws(ConsentError) -> PreviewGrant {
        try review(policy: policy, lists: lists, clock: clock)
        _ = try visit(covering: site, modality, 1, ledger)
        return PreviewGrant(policy.rule(ofSite: site.description))
    }

    /// The open visit, when its token covers what is asked for.
    private func visit(
        covering site: Site, _ modality: Modality, _ exposures: Int64,
        _ ledger: borrowing some ConsentLedger & ~Copyable
    ) throws(ConsentError) -> Visit {
        guard case .open(let visit) = state else { throw .noSession }
        let (token, scope) = (visit.token, visit.token.scope)
        guard scope.sites.contains(site) else { throw .site(site) }
        guard scope.modalities.contains(modality), !modality.isGeometry || token.allowsGeometry else {
            throw .modality(modality)
        }
        guard exposures > 0 else { throw .exposures(exposures) }
        let left = scope.maxFrames - ledger.framesTaken(token.reference)
        guard exposures <= left else { throw .noFramesLeft(limit: scope.maxFrames) }
        return visit
    }

    /// Ends the visit, by the technician or by a withdrawal at the chair; the ledger remembers which.
    ///
    /// - Returns: the consent of the visit.
    package mutating func close() throws(ConsentError) -> ConsentReference {
        guard case .open(let visit) = state else { throw .noSession }
        state = .closed
        return visit.token.reference
    }
}

extension ConsentSession.Visit {
    /// The further recipients whose purposes hold.
    fileprivate var furtherRecipients: [ConsentToken.FurtherRecipient] {
        token.further.filter { recipient in standing.permitted.contains { $0.purpose == recipient.purpose } }
    }
}

extension SessionToken {
    fileprivate func checkExpiry(_ clock: ClockReading) throws(ConsentError) {
        guard clock.realtime < expires + ConsentToken.skew else { throw .expired(at: expires) }
    }
}
