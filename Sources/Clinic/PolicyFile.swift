import Foundation
import JOSE
import Policy

/// What a person decides about a clinic before it exists.
package struct ClinicPlan: Sendable {
    package let name: String
    package let storeURL: String
    package let kind: PolicyClaims.Kind
    let host: Host

    /// - Parameters:
    ///   - name: a DNS-like name, as in `clinic.example`.
    ///   - storeURL: `https://` with a host, perhaps a port, and nothing behind it.
    package init(name: String, storeURL: String, kind: PolicyClaims.Kind) throws(ClinicError) {
        guard case .name(let name) = try Host(name) else { throw .malformed("clinic name", name) }
        var url = storeURL
        while url.hasSuffix("/") { url.removeLast() }
        guard let parts = URLComponents(string: url), parts.scheme == "https", let text = parts.host,
            parts.path.isEmpty, parts.query == nil, parts.fragment == nil, parts.user == nil
        else { throw .malformed("store URL", storeURL) }
        host = try Host(text)
        self.name = name
        self.storeURL = url
        self.kind = kind
    }
}

extension ClinicFolder {
    static let policyFile = "policy.jws"

    /// The policy in force, verified with the clinic's own root.
    package func policy() throws(ClinicError) -> ClinicPolicy {
        let bytes = try read(Self.policyFile)
        let root = try rootFingerprint()
        do {
            return try ClinicPolicy(verifying: bytes, pinnedRoot: root, notOlderThan: nil)
        } catch { throw .damaged(Self.policyFile) }
    }

    /// Signs and puts the next version of the policy; the one before is kept under its version.
    ///
    /// - Parameter edit: changes what the policy says; version and time are set here.
    @discardableResult
    package func signPolicy(
        at now: Int64, _ edit: (inout PolicyClaims) throws(ClinicError) -> Void
    ) throws(ClinicError) -> ClinicPolicy {
        try alone { () throws(ClinicError) in
            let old = try policy()
            var claims = old.claims
            try edit(&claims)
            claims.version += 1
            claims.issuedAt = max(now, claims.issuedAt)
            let new = try signedPolicy(claims)
            try put(old.bytes, as: "policy-\(old.claims.version).jws")
            try put(new.bytes, as: Self.policyFile)
            return new
        }
    }

    /// Signs a policy and reads it back as a station will: what a station would refuse is never put.
    private func signedPolicy(_ claims: PolicyClaims) throws(ClinicError) -> ClinicPolicy {
        let root = try key(.root)
        do {
            return try ClinicPolicy(
                verifying: try ClinicPolicy.sign(claims, root: root), pinnedRoot: PublicKey(root.publicKey).fingerprint,
                notOlderThan: nil)
        } catch PolicyError.document(.invalid(let path)) {
            throw .malformed("policy", path)
        } catch { throw .damaged(KeyRole.root.file) }
    }

    /// Puts version 1, with every key of the clinic and no station.
    func putFirstPolicy(_ plan: ClinicPlan, at now: Int64) throws(ClinicError) {
        let root = try key(.root)
        let store = PolicyClaims.Store(
            name: "store-1", url: plan.storeURL, ca: try readText(CertificateAuthority.certificateFile) + "\n")
        var claims = PolicyClaims(
            iss: plan.name, version: 1, issuedAt: now, kind: plan.kind, root: PublicKey(root.publicKey), store: store)
        claims.issuers = [
            .init(kid: KeyRole.issuer.kid, iss: "https://consent.\(plan.name)", key: try publicKey(.issuer))
        ]
        claims.lists = [
            .init(uri: "\(plan.storeURL)/v1/lists/1", kid: KeyRole.list.kid, key: try publicKey(.list))
        ]
        claims.receipts = [
            .init(kid: KeyRole.receipt.kid, kind: .stored, key: try publicKey(.receipt)),
            .init(kid: KeyRole.opener.kid, kind: .opened, key: try publicKey(.opener)),
        ]
        claims.sites = PolicyClaims.usualSites
        claims.recovery = try keepers().map { $0.text.description }
        try put(try signedPolicy(claims).bytes, as: Self.policyFile)
    }
}
