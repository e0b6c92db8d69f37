import BundleFormat
import Consent
import JOSE
import Open
import Policy

/// The consent that travelled inside a bundle, compared with the one that the clinic issued.
struct TokenInside {
    let sealTo: String
    let jti: String
    /// The patient's, empty for a test.
    let handle: String
    let face: String
    /// Whether the shape of the body may be kept.
    let allowsGeometry: Bool
    /// A test without a patient.
    let isService: Bool
    /// Further recipients of the token's grants.
    let further: [String]

    /// Checks the token in an opened index; its validity in time is the station's business, and long over here.
    init(
        in index: JSONObject, issued: [UInt8], policy: ClinicPolicy, station: String, facts: BundleFormat.BundleFacts,
        identity: Identity, _ verdict: inout Verdict
    ) throws(VerdictFailed) {
        guard case .object(let consent)? = index["consent"], case .string(let text)? = consent["token"] else {
            throw verdict.fail("token", "the index carries no token")
        }
        guard Array(text.utf8) == issued else {
            throw verdict.fail("token", "the token inside is not the one this clinic issued")
        }
        let claims: JSONObject
        do {
            let jws = try CompactJWS(parsing: issued, bound: ConsentToken.bound)
            guard let issuer = policy.issuer(kid: jws.kid) else { throw JOSEError.key }
            guard SessionToken.types.contains(jws.type) else { throw JOSEError.type(jws.type) }
            isService = jws.type == ServiceToken.type
            let payload = try jws.payload(verifiedBy: issuer.key.key, type: jws.type)
            guard case .object(let object) = try JSON(parsing: payload, bound: ConsentToken.bound) else {
                throw JOSEError.invalid("document")
            }
            claims = object
        } catch { throw verdict.fail("token", "its signature does not hold under the policy") }
        jti = claims.string("jti")
        handle = claims.string("sub")
        sealTo = claims.object("seal").string("to")
        allowsGeometry = !isService && claims.object("capture")["geometry"] == .bool(true)
        face = isService ? "mask" : claims.object("capture").string("face")
        var further: [String] = []
        if case .array(let grants)? = claims["grants"] {
            for case .object(let grant) in grants {
                guard case .array(let recipients)? = grant["recipients"] else { continue }
                for case .object(let recipient) in recipients { further.append(recipient.string("to")) }
            }
        }
        self.further = further
        guard ConsentReference(jti: jti).hex == facts.consent.hex else {
            throw verdict.fail("token", "the manifest names another consent")
        }
        guard claims["aud"] == .strings(["obscura:\(station)"]) else {
            throw verdict.fail("token", "it was issued for another station")
        }
        verdict.pass("token", "signed by the issuer, for this station, the one the manifest names")
        try verdict.require(
            "sealed to", identity.recipient?.description == sealTo, "the key that the token names",
            or: "the token names another key")
    }

    /// Checks that the index speaks of the token's patient, or of none.
    func checkSubject(in index: JSONObject, _ verdict: inout Verdict) throws(VerdictFailed) {
        verdict.kind = isService ? "service" : "patient"
        guard isService else {
            return try verdict.require(
                "subject", index.object("subject").string("handle") == handle, "the patient of the consent",
                or: "the index names another patient than the consent")
        }
        try verdict.require(
            "subject", index["subject"] == nil && index.string("kind") == "service",
            "none: a test of the station, never clinical", or: "the index of a test names a patient")
    }

    /// Checks the manifest's recipients line: the token's key, and those further recipients that have an index.
    func checkRecipients(of bundle: VerifiedBundle, _ verdict: inout Verdict) throws(VerdictFailed) {
        var named: Set<RecipientText> = []
        let texts = further.compactMap { RecipientText(parsing: $0) }
        for entry in bundle.manifest.entries {
            guard case .indexFor(let prefix) = entry.path else { continue }
            guard let text = texts.first(where: { (try? $0.digest().hex.hasPrefix(prefix)) == true }) else {
                throw verdict.fail("recipients", "\(entry.path) is for nobody whom the token names")
            }
            named.insert(text)
        }
        if let text = RecipientText(parsing: sealTo) { named.insert(text) }
        try verdict.require(
            "recipients", (try? RecipientText.digest(of: named)) == bundle.manifest.recipients,
            "\(named.count), all named by the token", or: "sealed to somebody whom the token does not name")
    }

    /// Checks that a scan is here only where the patient let the shape of the body be measured.
    func checkGeometry(_ scans: [ScanEntry], _ verdict: inout Verdict) throws(VerdictFailed) {
        guard !scans.isEmpty else { return }
        try verdict.require(
            "geometry", allowsGeometry, "\(scans.count) files of a scan, which the consent permits",
            or: "a scan, and the consent permits no measuring of the body's shape")
    }

    /// Checks that every picture has the mask record that the consent asks for.
    func checkMasks(in index: JSONObject, _ verdict: inout Verdict) throws(VerdictFailed) {
        guard case .array(let assets)? = index["assets"] else {
            throw verdict.fail("mask", "the index lists no assets")
        }
        var outcomes: [String] = []
        for case .object(let asset) in assets {
            let outcome = asset.object("mask").string("outcome").uppercased()
            guard !outcome.isEmpty else {
                throw verdict.fail("mask", "\(asset.string("path")) has no mask record")
            }
            // Undecided pictures may leave a station only where the patient allowed the face to be seen, and whole
            // depth only where its shape may be kept.
            let isMeasured = ["depth", "points"].contains(asset.string("role"))
            let isAllowed = isMeasured ? allowsGeometry : face == "identifiable"
            guard outcome != "INDETERMINATE" || isAllowed else {
                throw verdict.fail("mask", "\(asset.string("path")) was sealed undecided")
            }
            outcomes.append(outcome)
        }
        verdict.pass("mask", outcomes.joined(separator: ", "))
    }
}

extension JSONObject {
    /// The text under `key`, empty when there is none.
    func string(_ key: String) -> String { if case .string(let text)? = self[key] { text } else { "" } }
    func object(_ key: String) -> JSONObject { if case .object(let object)? = self[key] { object } else { [:] } }
}
