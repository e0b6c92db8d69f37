import BundleFormat
import JOSE
import Policy

extension ClinicFolder {
    /// Signs an `opened` receipt beside a bundle that lies in the store; nil when it does not.
    ///
    /// - Returns: the receipt's path in the clinic's folder.
    func signOpened(_ bundle: VerifiedBundle, policy: ClinicPolicy, at now: Int64) throws -> String? {
        let facts = bundle.facts
        let stem = "store/\(facts.station.hex)/\(try bundle.name)"
        guard exists("\(stem).obs"), try scan("\(stem).obs").digest == bundle.scan.digest else { return nil }
        let claims = ReceiptClaims(
            iss: policy.claims.iss, store: policy.claims.store.name, kind: .opened,
            bundle: Policy.BundleFacts(
                id: facts.bundle.description, station: try Fingerprint(hex: facts.station.hex),
                sequence: Int64(facts.seq), size: Int64(bundle.scan.size), sha256: bundle.scan.digest.hex),
            storedAt: storedAt(stem) ?? now, issuedAt: now)
        // Beside the store's own receipt: a station that asks gets this one from now on.
        let name = "\(stem).opened.jws"
        try put(try claims.sign(kid: KeyRole.opener.kid, key: try key(.opener)), as: name)
        return name
    }

    /// When the store's own receipt says the bundle was stored.
    private func storedAt(_ stem: String) -> Int64? {
        guard let bytes = try? read("\(stem).receipt.jws"), let jws = try? CompactJWS(parsing: bytes, bound: 8192),
            let key = try? publicKey(.receipt),
            let payload = try? jws.payload(verifiedBy: key.key, type: DeliveryReceipt.type),
            case .object(let claims)? = try? JSON(parsing: payload, bound: 4096),
            case .integer(let time)? = claims["stored_at"]
        else { return nil }
        return time
    }
}
