import Age
import BundleFormat
import Clinic
import Consent
import Crypto
import DICOM
import Foundation
import JOSE
import JPEGLS
import LockedMemory
import Open
import Policy

/// A clinic in a folder of its own that is removed at the end, with one approved station whose key is in memory.
final class TemporaryClinic {
    static let now: Int64 = 1_795_248_000

    let path: String
    let folder: ClinicFolder
    let escrow: String
    let stationKey = P256.Signing.PrivateKey()
    let key: StationKey

    init(kind: PolicyClaims.Kind = .demonstration) throws {
        path = NSTemporaryDirectory() + "clinic-\(UUID().uuidString)"
        let made = try ClinicFolder.make(
            ClinicPlan(name: "clinic.example", storeURL: "https://127.0.0.1:8443", kind: kind), at: path + "/clinic",
            now: Self.now)
        folder = made.folder
        escrow = made.escrow
        key = try StationKey(der: Array(stationKey.publicKey.derRepresentation))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func approve(_ name: String = "derm-03") throws {
        let fingerprint = try Fingerprint(hex: key.fingerprint.hex)
        _ = try folder.approve(station: name, fingerprint: fingerprint, keys: .software, at: Self.now)
    }

    /// A form that is right in every field.
    func form(grants: [ConsentForm.Grant] = [.init(purpose: .care, recipient: nil)]) -> ConsentForm {
        ConsentForm(
            station: "derm-03", patient: "pt_7Q2K9M4T", sites: ["SCT:43067004"], modalities: ["DMS"], frames: 60,
            face: .mask, encounter: "enc_1", encounterClass: "consult", country: "GB", notBefore: Self.now,
            expires: Self.now + 8 * 3600, issuedAt: Self.now,
            notice: .init(
                uri: "https://clinic.example/n", version: "1", language: "en", text: [1], givenAt: Self.now - 600,
                limitsOfAIAcknowledged: false),
            given: .init(at: Self.now, by: "self", ageBand: "adult", method: "signature-pad", evidence: [2]),
            grants: grants, keepUntil: "2034-11-21")
    }

    /// What goes into a bundle; a test changes one thing of it.
    struct Shot {
        var token: [UInt8]
        var sealTo: String
        var others: [Recipient] = []
        /// Whom the index names; nil for nobody.
        var handle: String? = "pt_7Q2K9M4T"
        var mask: JSON? = .object(["outcome": .string("MASKED")])
        /// What the index calls it; nil for a picture.
        var scan: String?
        var picture: [UInt8]
        var policy: BundleFormat.Digest
        var consent: String
        var signingKey: P256.Signing.PrivateKey
        var seq: UInt64 = 12
        var previous: BundleFormat.Digest?
    }

    func shot(_ consent: IssuedConsent) throws -> Shot {
        Shot(
            token: consent.token, sealTo: try Self.recipient(in: consent.token), picture: try Self.picture(),
            policy: try .of(try folder.policy().bytes), consent: consent.record.jti, signingKey: stationKey)
    }

    /// Seals a shot as a station does and puts it where the store would.
    ///
    /// - Returns: the bundle's full path.
    func store(_ shot: Shot, alter: (inout [UInt8]) -> Void = { _ in }) throws -> String {
        let facts = BundleFormat.BundleFacts(
            bundle: try .random(), station: key.fingerprint, keys: .software, seq: shot.seq, previous: shot.previous,
            day: try Day(parsing: "2026-11-21"), epoch: 1, origin: .replay, policy: shot.policy,
            consent: try .of(Array(shot.consent.utf8)))
        let recipient = try Recipient(parsing: shot.sealTo)
        let sealed = try Self.seal(shot.picture, to: [recipient] + shot.others)
        var asset: JSONObject = [
            "path": .string("a/000001.age"), "media": .string("application/dicom"),
            "bytes": .integer(Int64(shot.picture.count)),
            "sha256": .string(try BundleFormat.Digest.of(shot.picture).hex),
        ]
        if let mask = shot.mask { asset.set("mask", mask) }
        if let scan = shot.scan {
            for (key, value) in [("role", "scan-mesh"), ("name", scan), ("media", "model/ply")] {
                asset.set(key, .string(value))
            }
        }
        var index: JSONObject = [
            "bundle": .string("\(facts.bundle)"), "station": .string(facts.station.hex),
            "kind": .string(shot.handle == nil ? "service" : "patient"),
            "seq": .integer(Int64(facts.seq)), "assets": .array([.object(asset)]),
            "consent": .object(["token": .string(String(decoding: shot.token, as: UTF8.self))]),
        ]
        if let handle = shot.handle { index.set("subject", .object(["handle": .string(handle)])) }
        let listed: [(EntryPath, [UInt8])] = [
            (.label, Manifest.label), (.asset(1), sealed), (.index, try Self.seal(index.canonical, to: [recipient])),
        ]
        let manifest = Manifest(
            facts: facts, recipients: try RecipientText.digest(of: ([recipient] + shot.others).map(\.text)),
            entries: try listed.map { .init(path: $0.0, digest: try .of($0.1)) })
        let signature = Array(try shot.signingKey.signature(for: manifest.text).derRepresentation)
        let signed: [(EntryPath, [UInt8])] = [
            (.manifest, manifest.text), (.signature, signature), (.stationKey, key.pem),
        ]
        var bytes: [UInt8] = []
        for (path, content) in listed + signed {
            bytes += TarHeader.encode(path, size: content.count) + content
            bytes += [UInt8](repeating: 0, count: TarHeader.padding(after: content.count))
        }
        bytes += [UInt8](repeating: 0, count: 2 * TarHeader.block)
        alter(&bytes)
        let name = "store/\(facts.station.hex)/\(try BundleFileName(seq: facts.seq, id: facts.bundle)).obs"
        try FileManager.default.createDirectory(
            atPath: folder.fullPath("store/\(facts.station.hex)"), withIntermediateDirectories: true)
        try folder.put(bytes, as: name)
        return folder.fullPath(name)
    }

    private static func seal(_ plain: [UInt8], to recipients: [Recipient]) throws -> [UInt8] {
        try SealedFile(try LockedBytes(copying: plain.span), to: recipients, mix: try KeyMix.random()).bytes
    }

    /// The `seal.to` of a token.
    static func recipient(in token: [UInt8]) throws -> String {
        let payload = try Base64URL.decode(String(String(decoding: token, as: UTF8.self).split(separator: ".")[1]))
        guard case .object(let claims) = try JSON(parsing: payload, bound: 65_536),
            case .object(let seal)? = claims["seal"], case .string(let text)? = seal["to"]
        else { return "" }
        return text
    }

    /// A small grey picture as a DICOM object.
    static func picture() throws -> [UInt8] {
        let shape = try JPEGLSShape(width: 31, height: 17, bits: 8, components: 1)
        let samples = (0..<shape.count).map { UInt8(truncatingIfNeeded: $0 * 3) }
        var coded = [UInt8](repeating: 0, count: shape.codedBound)
        var output = coded.mutableSpan
        let count = try encodeJPEGLS(samples.span, shape, into: &output)
        let object = try DICOMObject(
            kind: .photograph, subject: .patient(DICOMText(parsing: "pt_7Q2K9M4T")),
            names: .init(
                study: DICOMUID(bits: 1), series: DICOMUID(bits: 2), instance: DICOMUID(bits: 3),
                frameOfReference: DICOMUID(bits: 4), seriesNumber: 1, instanceNumber: 1),
            acquired: DICOMTime(seconds: now),
            device: .init(
                manufacturer: DICOMText(cleaning: "Acme"), model: DICOMText(cleaning: "Scope"),
                serial: DICOMText(cleaning: "1"), software: DICOMText(cleaning: "obscura"),
                station: DICOMText(cleaning: "derm-03")),
            site: DICOMCode(value: "43067004", scheme: "SCT", meaning: "Scalp"), laterality: .unpaired,
            faces: .overwritten, picture: DICOMPicture(width: 31, height: 17, coding: .losslessGrey(bits: 8)))
        let envelope = try object.envelope(pictureBytes: count)
        return envelope.prefix + coded[..<count] + envelope.suffix
    }
}
