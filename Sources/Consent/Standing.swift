import Policy

/// Where a consent stands by the newest status lists: which purposes hold, which were dropped and why.
package struct Standing: Sendable, Equatable {
    package enum DropReason: String, Sendable {
        case withdrawn, suspended
        /// The list is past its `ttl`.
        case listStale = "list-stale"
        /// No list, or one past its `exp`, stands for this grant.
        case listMissing = "list-missing"
    }

    package struct Drop: Sendable, Equatable {
        package let purpose: Purpose
        package let reason: DropReason
    }

    /// Which list was looked at and what it said.
    package struct Evidence: Sendable, Equatable {
        package let uri: String
        package let issuedAt: Int64
        package let expires: Int64
        package let ttl: Int64
        package let sha256: String
    }

    package let permitted: [ConsentClaims.Grant]
    package let dropped: [Drop]
    package let evidence: [Evidence]

    /// Looks the master entry up, then each grant. The master and `care` must be valid; any other grant that is not
    /// falls away. Between a list's `ttl` and its `exp` only `care` holds; past `exp` nothing does.
    init(of token: SessionToken, policy: ClinicPolicy, lists: StatusLists, now: Int64) throws(ConsentError) {
        let (master, grants) = (token.master, token.grants)
        for status in [master] + grants.map(\.status) where policy.list(uri: status.uri) == nil {
            throw .statusListNotInPolicy(status.uri)
        }
        try Self.require(master, of: token, lists: lists, now: now)
        var permitted: [ConsentClaims.Grant] = []
        var dropped: [Drop] = []
        for grant in grants {
            if grant.purpose == .care {
                try Self.require(grant.status, of: token, lists: lists, now: now)
                permitted.append(grant)
            } else if let reason = try Self.lack(grant, master: master, lists: lists, now: now) {
                dropped.append(Drop(purpose: grant.purpose, reason: reason))
            } else {
                permitted.append(grant)
            }
        }
        self.permitted = permitted
        self.dropped = dropped
        evidence = Set([master.uri] + grants.map(\.status.uri)).sorted().compactMap { uri in
            lists[uri].map {
                Evidence(uri: uri, issuedAt: $0.issuedAt, expires: $0.expires, ttl: $0.ttl, sha256: $0.sha256)
            }
        }
    }

    private static func require(
        _ status: ConsentClaims.Status, of token: SessionToken, lists: StatusLists, now: Int64
    ) throws(ConsentError) {
        guard let list = lists[status.uri] else { throw .statusListMissing(status.uri) }
        guard now < list.expires else { throw .statusListExpired(status.uri, at: list.expires) }
        switch (try list.value(at: status.index), token) {
        case (.valid, _): return
        case (_, .service): throw .serviceEnded
        case (.invalid, .consent): throw .withdrawn(token.reference)
        case (.suspended, .consent): throw .suspended(token.reference)
        }
    }

    /// Why a grant other than `care` does not hold, nil when it does.
    private static func lack(
        _ grant: ConsentClaims.Grant, master: ConsentClaims.Status, lists: StatusLists, now: Int64
    ) throws(ConsentError) -> DropReason? {
        guard let list = lists[grant.status.uri], now < list.expires else { return .listMissing }
        switch try list.value(at: grant.status.index) {
        case .invalid: return .withdrawn
        case .suspended: return .suspended
        case .valid: break
        }
        let isStale = [list, lists[master.uri] ?? list].contains { now > $0.issuedAt + $0.ttl }
        return isStale ? .listStale : nil
    }
}
