import BundleFormat
import Clinic
import Foundation
import JOSE
import Open
import Policy
import Testing

@Suite struct `A clinic` {
    private let clinic: TemporaryClinic
    private let now = TemporaryClinic.now

    init() throws { clinic = try TemporaryClinic() }

    @Test func `keeps every file from other users and the escrow identity from itself`() throws {
        _ = try clinic.folder.issue(clinic.form())
        let files = FileManager.default.enumerator(atPath: clinic.folder.path)
        var count = 0
        while let name = files?.nextObject() as? String {
            let path = clinic.folder.fullPath(name)
            let mode = try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
            #expect(mode & 0o077 == 0, "\(name)")
            let text = (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) } ?? ""
            #expect(!text.contains(clinic.escrow), "\(name)")
            count += 1
        }
        #expect(count > 20)
    }

    @Test func `is never made over another`() throws {
        let plan = try ClinicPlan(name: "clinic.example", storeURL: "https://127.0.0.1:8443", kind: .production)
        #expect(throws: ClinicError.folderExists(clinic.folder.path)) {
            try ClinicFolder.make(plan, at: clinic.folder.path, now: now)
        }
    }

    @Test(arguments: ["http://127.0.0.1", "https://", "https://a b", "https://x/path", "https://u@x", "ftp://x"])
    func `takes no store address but https and a host`(_ url: String) {
        #expect(throws: ClinicError.self) { try ClinicPlan(name: "clinic.example", storeURL: url, kind: .production) }
    }

    @Test func `passes the drill with the escrow identity alone`() throws {
        #expect(throws: ClinicError.noDrill) { try clinic.folder.requireDrill() }
        let stranger = try Identity.generate().secretText
        #expect(throws: ClinicError.wrongEscrow) { try clinic.folder.drill(escrow: Array(stranger.utf8), at: now) }
        let working = try clinic.folder.read("working.identity")
        #expect(throws: ClinicError.wrongEscrow) { try clinic.folder.drill(escrow: working, at: now) }
        #expect(throws: ClinicError.noDrill) { try clinic.folder.requireDrill() }
        try clinic.folder.drill(escrow: Array("  \(clinic.escrow.lowercased()) \n".utf8), at: now)
        try clinic.folder.requireDrill()
    }

    @Test func `signs policies that only rise, and keeps each`() throws {
        let first = try clinic.folder.policy()
        let second = try clinic.folder.signPolicy(at: now - 500) { $0.keepDays = 14 }
        #expect(second.claims.version == 2)
        #expect(second.claims.issuedAt == first.claims.issuedAt)
        #expect(try clinic.folder.read("policy-1.jws") == first.bytes)
        _ = try ClinicPolicy(
            verifying: second.bytes, pinnedRoot: try clinic.folder.rootFingerprint(), notOlderThan: first)
        #expect(throws: ClinicError.self) { try clinic.folder.signPolicy(at: now) { $0.keepDays = -1 } }
        #expect(try clinic.folder.policy() == second)
    }

    @Test func `approves a station only by the fingerprint that was enrolled`() throws {
        let enrolment = Enrolment(
            station: try StationName(parsing: "derm-03"), key: clinic.key.fingerprint, keys: .software, time: 1)
        let folder = "enrolments/\(clinic.key.fingerprint.hex)"
        try FileManager.default.createDirectory(
            atPath: clinic.folder.fullPath(folder), withIntermediateDirectories: true)
        try clinic.folder.put(clinic.key.pem, as: "\(folder)/station.pem")
        try clinic.folder.put(enrolment.text, as: "\(folder)/enrolment.txt")
        let forged = Array(try clinic.stationKey.signature(for: [0]).derRepresentation)
        try clinic.folder.put(forged, as: "\(folder)/enrolment.txt.sig")
        let fingerprint = try Fingerprint(typed: clinic.key.fingerprint.hex.uppercased())
        #expect(throws: ClinicError.notEnrolled("derm-03")) {
            try clinic.folder.approve(station: "derm-03", fingerprint: fingerprint, at: now)
        }
        let signature = Array(try clinic.stationKey.signature(for: enrolment.text).derRepresentation)
        try clinic.folder.put(signature, as: "\(folder)/enrolment.txt.sig")
        let other = try Fingerprint(typed: String(repeating: "0", count: 64))
        #expect(throws: ClinicError.fingerprintDiffers(enrolled: fingerprint.hex)) {
            try clinic.folder.approve(station: "derm-03", fingerprint: other, at: now)
        }
        let policy = try clinic.folder.approve(station: "derm-03", fingerprint: fingerprint, at: now)
        #expect(policy.approvedStation(key: fingerprint)?.name == "derm-03")
        #expect(try clinic.folder.lose(station: "derm-03", at: now).approvedStation(key: fingerprint) == nil)
    }

    @Test func `takes no software key when it is for patients`() throws {
        let production = try TemporaryClinic(kind: .production)
        #expect(throws: ClinicError.softwareKeys("derm-03")) { try production.approve() }
    }

    @Test func `loses the old key of a station that comes with a new one`() throws {
        try clinic.approve()
        let old = try Fingerprint(hex: clinic.key.fingerprint.hex)
        let new = try Fingerprint(typed: String(repeating: "ab", count: 32))
        let policy = try clinic.folder.approve(station: "derm-03", fingerprint: new, keys: .tpm, at: now)
        #expect(policy.approvedStation(key: new) != nil)
        #expect(policy.station(key: old)?.state == .lost)
    }

    @Test func `renews the server's certificate before it ends, not before it is due`() throws {
        let first = try clinic.folder.read("tls/server.pem")
        try clinic.folder.renewCertificateIfDue(at: now + 300 * 86_400)
        #expect(try clinic.folder.read("tls/server.pem") == first)
        try clinic.folder.renewCertificateIfDue(at: now + 370 * 86_400)
        #expect(try clinic.folder.read("tls/server.pem") != first)
    }
}
