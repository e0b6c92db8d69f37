import Crypto
import JOSE
import Testing

@testable import Policy

private func store(name: String, url: String) -> JSON {
    .object(["name": .string(name), "url": .string(url), "ca": .string("PEM")])
}

private func sites(_ code: String, _ face: String, _ shape: String, times: Int = 1) -> JSON {
    let site = JSON.object(["site": .string(code), "face": .string(face), "shape": .string(shape)])
    return .array(Array(repeating: site, count: times))
}

@Suite struct `A clinic policy` {
    private let clinic = Clinic()

    @Test func `signed by the pinned root says what the clinic wrote`() throws {
        let policy = try clinic.policy()
        #expect(policy.claims == clinic.claims)
        #expect(policy.issuer(kid: "consent-1")?.iss == "https://consent.clinic.example")
        #expect(policy.issuer(kid: "consent-2") == nil)
        #expect(policy.list(uri: "https://127.0.0.1:8443/v1/lists/1")?.kid == "list-1")
        #expect(policy.list(uri: "https://127.0.0.1:8443/v1/lists/2") == nil)
        #expect(policy.receiptKey(kid: "receipt-1", kind: .stored) != nil)
        #expect(policy.receiptKey(kid: "receipt-1", kind: .opened) == nil)
        #expect(policy.approvedStation(key: clinic.fingerprint)?.name == "derm-03")
    }

    @Test func `of another root is refused, although rightly signed by it`() throws {
        let stranger = Clinic()
        #expect(throws: PolicyError.document(.notPinned(stranger.pin))) {
            try ClinicPolicy(verifying: stranger.signed(), pinnedRoot: clinic.pin, notOlderThan: nil)
        }
    }

    @Test func `that carries the pinned root and another's signature is refused`() throws {
        let forged = try ClinicPolicy.sign(clinic.claims, root: P256.Signing.PrivateKey())
        #expect(throws: PolicyError.document(.signature)) {
            try ClinicPolicy(verifying: forged, pinnedRoot: clinic.pin, notOlderThan: nil)
        }
    }

    @Test func `older than the one in force, or changed under its version, is refused`() throws {
        let inForce = try clinic.policy()
        #expect(throws: PolicyError.older(version: 2, inForce: 3)) {
            try ClinicPolicy(verifying: clinic.signed { $0.version = 2 }, pinnedRoot: clinic.pin, notOlderThan: inForce)
        }
        #expect(throws: PolicyError.changed(version: 3)) {
            let bytes = try clinic.signed { $0.keepDays = 1 }
            return try ClinicPolicy(verifying: bytes, pinnedRoot: clinic.pin, notOlderThan: inForce)
        }
        let again = try ClinicPolicy(verifying: inForce.bytes, pinnedRoot: clinic.pin, notOlderThan: inForce)
        #expect(again == inForce)
        let next = try ClinicPolicy(
            verifying: clinic.signed { $0.version = 4 }, pinnedRoot: clinic.pin, notOlderThan: inForce)
        #expect(next.claims.version == 4)
    }

    @Test(arguments: [
        ("upload_everything", JSON.bool(true), JOSEError.unknownMember("upload_everything")),
        ("kind", .string("test"), .invalid("kind")), ("version", .integer(0), .invalid("version")),
        ("keep_days", .integer(-1), .invalid("keep_days")), ("iat", .string("now"), .invalid("iat")),
        ("store", store(name: "s", url: "http://x"), .invalid("store.url")),
        ("store", store(name: "S", url: "https://x"), .invalid("store.name")),
        ("notices_retired", .strings(["ab"]), .hex), ("cameras", .strings(["A168:0870"]), .invalid("cameras")),
        ("cameras", .strings([""]), .invalid("cameras")),
        ("cameras", .strings(["vivid", "vivid"]), .invalid("cameras")),
        (
            "issuers", .array([.object(["kid": .string("k"), "iss": .string("i"), "key": .string("AA")])]),
            .invalid("issuers[0].key")
        ),
        ("lists", .array([.object(["kid": .string("k")])]), .missing("lists[0].uri")),
        ("sites", sites("SCT:1", "sometimes", "face"), .invalid("sites[0].face")),
        ("sites", sites("SCT:1", "expected", "nose"), .invalid("sites[0].shape")),
        ("sites", sites("scalp", "expected", "face"), .invalid("sites[0].site")),
        ("sites", sites("SCT:1", "expected", "face", times: 2), .invalid("sites")),
        ("sites", sites("SCT:1", "expected", "face", times: 257), .invalid("sites")),
    ])
    func `with a member outside the schema is refused by its path`(key: String, value: JSON, error: JOSEError) throws {
        let bytes = try clinic.signed(replacing: key, with: value)
        #expect(throws: PolicyError.document(error)) {
            try ClinicPolicy(verifying: bytes, pinnedRoot: clinic.pin, notOlderThan: nil)
        }
    }

    @Test func `naming one key id twice is refused`() throws {
        let twice = try clinic.signed { $0.issuers += $0.issuers }
        #expect(throws: PolicyError.document(.invalid("issuers"))) {
            try ClinicPolicy(verifying: twice, pinnedRoot: clinic.pin, notOlderThan: nil)
        }
    }

    @Test func `approves no lost station, and software keys only in a demonstration`() throws {
        func policy(_ kind: PolicyClaims.Kind, _ keys: PolicyClaims.Station.Keys, _ state: PolicyClaims.Station.State)
            throws -> ClinicPolicy
        {
            try clinic.policy {
                $0.kind = kind
                $0.stations = [PolicyClaims.Station(name: "derm-03", key: clinic.fingerprint, keys: keys, state: state)]
            }
        }
        #expect(try policy(.production, .tpm, .lost).approvedStation(key: clinic.fingerprint) == nil)
        #expect(try policy(.production, .software, .approved).approvedStation(key: clinic.fingerprint) == nil)
        #expect(try policy(.demonstration, .software, .approved).approvedStation(key: clinic.fingerprint) != nil)
    }
}

@Suite struct `A site's rule` {
    private let clinic = Clinic()

    @Test func `comes back from a policy, and no rule means the cautious one`() throws {
        let policy = try clinic.policy { $0.sites = PolicyClaims.usualSites }
        #expect(policy.claims.sites == PolicyClaims.usualSites)
        #expect(policy.rule(ofSite: "SCT:61719002") == SiteRule(face: .unexpected, shape: .face))
        #expect(policy.rule(ofSite: "SCT:43067004") == SiteRule(face: .possible, shape: .face))
    }

    @Test func `is read as it is written`() {
        for site in PolicyClaims.usualSites { #expect(PolicyClaims.Site(line: site.line) == site) }
    }

    @Test(arguments: [
        "", "SCT:1", "SCT:1=", "SCT:1=often", "=expected", "SCT:1=expected,face", "SCT:1=expected,below-brow,x",
        "SCT:1=expected=possible", "sct:1=expected", "SCT:1:2=expected",
    ])
    func `is refused as any other text`(line: String) { #expect(PolicyClaims.Site(line: line) == nil) }
}
