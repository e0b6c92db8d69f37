import Age
import BundleFormat
import Clinic
import Consent
import Crypto
import Foundation
import JOSE
import Open
import Policy
import Testing

/// One thing that is wrong with a bundle or its clinic, and the check that must find it.
enum Fault: String, CaseIterable, CustomTestStringConvertible {
    case flippedByte = "entries"
    case spoiltSignature = "signature"
    case foreignPolicy = "policy"
    case unknownConsent = "consent"
    case otherKey = "identity"
    case otherToken = "token"
    case coRecipient = "recipients"
    case noMask = "mask"
    case noPicture = "pictures"
    case lostStation = "station"
    case otherPatient = "subject"

    var testDescription: String { rawValue }
}

@Suite struct `Opening at the clinic` {
    private let clinic: TemporaryClinic
    private let output: String

    init() throws {
        clinic = try TemporaryClinic()
        try clinic.approve()
        output = clinic.path + "/opened"
    }

    @Test func `writes pictures, index, manifest and verdict, and signs that it was opened`() throws {
        let consent = try clinic.folder.issue(clinic.form())
        let shot = try clinic.shot(consent)
        let bundle = try clinic.store(shot)
        let verdict = try clinic.folder.open(bundle, into: output, at: TemporaryClinic.now + 60)
        #expect(verdict.failure == nil)
        let names = try FileManager.default.contentsOfDirectory(atPath: output).sorted()
        #expect(names == ["000001.dcm", "000001.png", "index.json", "manifest.txt", "verdict.json"])
        #expect(try [UInt8](Data(contentsOf: URL(filePath: "\(output)/000001.dcm"))) == shot.picture)
        let mode = try FileManager.default.attributesOfItem(atPath: output)[.posixPermissions] as? Int
        #expect(mode == 0o700)

        let scan = try BundleScan.read([UInt8](Data(contentsOf: URL(filePath: bundle))).span)
        let receipt = try [UInt8](Data(contentsOf: URL(filePath: bundle.dropLast(4) + ".opened.jws")))
        let verified = try DeliveryReceipt(
            verifying: receipt, policy: clinic.folder.policy(),
            expecting: .init(
                id: "\(scan.manifest.facts.bundle)", station: Fingerprint(hex: clinic.key.fingerprint.hex),
                sequence: 12, size: Int64(scan.size), sha256: scan.digest.hex))
        #expect(verified.claims.kind == .opened)
    }

    @Test(arguments: Fault.allCases) func `writes nothing when one check fails`(_ fault: Fault) throws {
        let consent = try clinic.folder.issue(clinic.form())
        var shot = try clinic.shot(consent)
        let stranger = try #require(try Identity.generate().recipient)
        switch fault {
        case .flippedByte, .spoiltSignature, .lostStation: break
        case .foreignPolicy: shot.policy = try .of([0])
        case .unknownConsent: shot.consent = "somebody else's"
        case .otherKey: shot.sealTo = stranger.description
        case .otherToken: shot.token = try clinic.folder.issue(clinic.form()).token
        case .coRecipient: shot.others = [try Recipient(stranger)]
        case .noMask: shot.mask = nil
        case .otherPatient: shot.handle = "pt_other"
        case .noPicture: shot.picture = Array(repeating: 7, count: 500)
        }
        let bundle = try clinic.store(shot) { bytes in
            if fault == .flippedByte { bytes[2000] ^= 1 }
            if fault == .spoiltSignature { Self.spoilSignature(in: &bytes) }
        }
        if fault == .lostStation { _ = try clinic.folder.lose(station: "derm-03", at: TemporaryClinic.now) }
        let verdict = try clinic.folder.open(bundle, into: output, at: TemporaryClinic.now)
        #expect(verdict.failure?.name == fault.rawValue)
        #expect(verdict.checks.last == verdict.failure)
        #expect(!FileManager.default.fileExists(atPath: output))
        #expect(!FileManager.default.fileExists(atPath: bundle.dropLast(4) + ".opened.jws"))
    }

    @Test func `gives a scan out under its own name, where the consent permits one`() throws {
        var form = clinic.form()
        form.modalities = ["M3D"]
        form.release = BiometricRelease(
            policyURI: "https://clinic.example/b", informedAt: TemporaryClinic.now - 600, purpose: "planning",
            term: "P3Y", destroyBy: "2029-11-20", sha256: Array(repeating: 1, count: 32),
            signedAt: TemporaryClinic.now, signer: "self")
        var shot = try clinic.shot(try clinic.folder.issue(form))
        (shot.scan, shot.picture) = ("head 1.ply", [1, 2, 3])
        let verdict = try clinic.folder.open(try clinic.store(shot), into: output, at: TemporaryClinic.now)
        #expect(verdict.failure == nil)
        #expect(verdict.written.first == "scan/head 1.ply")
        #expect(try [UInt8](Data(contentsOf: URL(filePath: "\(output)/scan/head 1.ply"))) == [1, 2, 3])
        for (index, name) in ["../head.ply", "", "a/b.ply", "."].enumerated() {
            (shot.scan, shot.seq) = (name, UInt64(20 + index))
            let refused = try clinic.folder.open(
                try clinic.store(shot), into: "\(output)-\(20 + index)", at: TemporaryClinic.now)
            #expect(refused.failure?.name == "index")
        }
        var other = try clinic.shot(try clinic.folder.issue(clinic.form()))
        (other.scan, other.picture, other.seq) = ("head.ply", [1, 2, 3], 30)
        let unasked = try clinic.folder.open(try clinic.store(other), into: output + "-2", at: TemporaryClinic.now)
        #expect(unasked.failure?.name == "geometry")
    }

    @Test func `tells a test of the station from a patient's picture`() throws {
        let form = ServiceForm(
            station: "derm-03", reason: "new lens", modalities: ["XC"], sites: ["SCT:43067004"], frames: 5,
            issuedAt: TemporaryClinic.now, expires: TemporaryClinic.now + 3600)
        let token = try clinic.folder.issueService(form)
        var shot = try clinic.shot(token)
        shot.handle = nil
        let verdict = try clinic.folder.open(try clinic.store(shot), into: output, at: TemporaryClinic.now)
        #expect(verdict.failure == nil)
        #expect(verdict.kind == "service")
        shot.handle = "pt_7Q2K9M4T"
        shot.seq = 13
        let other = try clinic.folder.open(try clinic.store(shot), into: output + "-2", at: TemporaryClinic.now)
        #expect(other.failure?.name == "subject")
        var patient = try clinic.shot(try clinic.folder.issue(clinic.form()))
        patient.handle = nil
        patient.seq = 14
        let nobody = try clinic.folder.open(try clinic.store(patient), into: output + "-3", at: TemporaryClinic.now)
        #expect(nobody.failure?.name == "subject")
    }

    @Test func `is over when the consent's key was destroyed`() throws {
        let consent = try clinic.folder.issue(clinic.form())
        let bundle = try clinic.store(try clinic.shot(consent))
        let erasure = try clinic.folder.erase(consent.record, at: TemporaryClinic.now)
        #expect(erasure.bundles == 1)
        let verdict = try clinic.folder.open(bundle, into: output, at: TemporaryClinic.now)
        #expect(verdict.failure?.name == "consent")
        #expect(throws: ClinicError.consentErased(TemporaryClinic.now)) {
            try clinic.folder.erase(consent.record, at: TemporaryClinic.now)
        }
    }

    @Test func `refuses an undecided picture unless the patient allowed the face`() throws {
        var form = clinic.form()
        let undecided = JSON.object(["outcome": .string("INDETERMINATE")])
        var shot = try clinic.shot(try clinic.folder.issue(form))
        shot.mask = undecided
        let refused = try clinic.folder.open(try clinic.store(shot), into: output, at: TemporaryClinic.now)
        #expect(refused.failure?.name == "mask")
        form.face = .identifiable
        shot = try clinic.shot(try clinic.folder.issue(form))
        shot.mask = undecided
        shot.seq = 13
        let taken = try clinic.folder.open(try clinic.store(shot), into: output, at: TemporaryClinic.now)
        #expect(taken.failure == nil)
    }

    @Test func `checks without keys what needs none`() throws {
        let bundle = try clinic.store(try clinic.shot(try clinic.folder.issue(clinic.form())))
        #expect(try clinic.folder.verify(bundle).failure == nil)
        var bytes = try [UInt8](Data(contentsOf: URL(filePath: bundle)))
        bytes[3000] ^= 0x80
        let altered = clinic.path + "/altered.obs"
        try Data(bytes).write(to: URL(filePath: altered))
        #expect(try clinic.folder.verify(altered).failure?.name == "entries")
        try Data(bytes.prefix(5000)).write(to: URL(filePath: altered))
        #expect(try clinic.folder.verify(altered).failure?.name == "layout")
    }

    /// Changes the number s of the signature by one bit; it stays well-formed DER.
    private static func spoilSignature(in bytes: inout [UInt8]) {
        let name = Array("manifest.sig".utf8)
        guard
            let header = stride(from: 0, to: bytes.count, by: 512).first(where: { bytes[$0...].starts(with: name) })
        else { return }
        let size = bytes[(header + 124)..<(header + 135)].reduce(0) { $0 * 8 + Int($1 & 7) }
        bytes[header + 512 + size - 1] ^= 1
    }
}
