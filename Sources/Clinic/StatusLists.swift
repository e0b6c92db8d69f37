import Consent

extension ClinicFolder {
    static let listFile = "lists/1.jws"
    /// Entries of the list; many more than visits of a day, so that one patient is hidden among them.
    static let listCount = 16_384
    /// Seconds in which stations rely on a list for every grant.
    static let listTTL: Int64 = 600
    /// Seconds after which a list says nothing.
    static let listLifetime: Int64 = 86_400

    /// Signs the status list anew from the records: they are the only truth about a consent.
    package func signList(at now: Int64) throws(ClinicError) {
        try alone { () throws(ClinicError) in try signListAlone(at: now) }
    }

    /// The same, for a caller who holds the lock.
    func signListAlone(at now: Int64) throws(ClinicError) {
        guard let uri = try policy().claims.lists.first?.uri else { throw .damaged(Self.policyFile) }
        var issuedAt = now
        // A station never replaces a list by one that is not newer: two changes in one second must both arrive. A list of
        // tomorrow, from a clock that was ahead, is none that a station has taken: its date must not be handed on.
        if let last = try? policyList(), (now...now + ConsentToken.skew).contains(last.issuedAt) {
            issuedAt = last.issuedAt + 1
        }
        var draft = StatusListDraft(
            uri: uri, issuedAt: issuedAt, expires: issuedAt + Self.listLifetime, ttl: Self.listTTL,
            count: Self.listCount)
        for entry in try consents().flatMap(\.entries) {
            guard (0..<Self.listCount).contains(entry.index) else { throw .damaged("consents") }
            draft.set(entry.index, entry.value)
        }
        let key = try key(.list)
        let signed: [UInt8]
        do { signed = try draft.sign(kid: KeyRole.list.kid, key: key) } catch { throw .damaged(KeyRole.list.file) }
        try put(signed, as: Self.listFile)
    }

    /// The list as it stands.
    private func policyList() throws(ClinicError) -> StatusList {
        let bytes = try read(Self.listFile, bound: 2 << 20)
        let policy = try policy()
        do {
            return try StatusList(verifying: bytes, policy: policy, now: .max / 2)
        } catch { throw .damaged(Self.listFile) }
    }

    /// Places in the list that no consent has, chosen at random: neighbours in it say nothing about each other.
    func unusedIndices(_ count: Int) throws(ClinicError) -> [Int] {
        let used = Set(try consents().flatMap(\.entries).map(\.index))
        guard used.count + count <= Self.listCount / 2 else { throw .listFull }
        var found: [Int] = []
        var generator = SystemRandomNumberGenerator()
        while found.count < count {
            let index = Int.random(in: 0..<Self.listCount, using: &generator)
            if !used.contains(index), !found.contains(index) { found.append(index) }
        }
        return found
    }
}
