import AEAD
import Control
import ForeignPictures
import ForwardLink
import JOSE
import MaskAudit
import Profiles
import StillLink
import V4L2
import Zlib

@testable import BundleFormat
@testable import Consent
@testable import DetectLink
@testable import Forward
@testable import KeyLink
@testable import Policy

extension ForeignParser {
    /// Every way in.
    package static let all: [ForeignParser] = words + documents + bundles + links + pictures + scans + devices + pod

    private static let words = [
        ForeignParser("json") { bytes in
            sameAgain(try? JSON(parsing: bytes, bound: 1 << 16)) { try JSON(parsing: $0.canonical, bound: 1 << 18) }
        },
        ForeignParser("jws") { (try? CompactJWS(parsing: $0, bound: 1 << 16)) != nil },
        ForeignParser("consent") { (try? ConsentClaims(parsing: $0)) != nil },
        ForeignParser("service") { (try? ServiceClaims(parsing: $0)) != nil },
        ForeignParser("policy") { bytes in
            sameAgain(try? PolicyClaims(parsing: bytes)) { try PolicyClaims(parsing: $0.payload) }
        },
        ForeignParser("receipt") { bytes in
            sameAgain(try? ReceiptClaims(parsing: bytes)) { try ReceiptClaims(parsing: $0.payload) }
        },
        ForeignParser("ticket") { bytes in
            sameAgain(try? TicketClaims(parsing: bytes)) { try TicketClaims(parsing: $0.payload) }
        },
        ForeignParser("recovery-word") { (try? RecoveryWord(parsing: $0)) != nil },
        ForeignParser("recovery-file") { bytes in
            sameAgain(try? RecoveryFile(parsing: bytes)) { try RecoveryFile(parsing: $0.object.canonical) }
        },
        ForeignParser("list") { bytes in
            guard let entries = try? Zlib.inflate(bytes, bound: 4096) else { return false }
            precondition(entries.count <= 4096, "more than the bound")
            return true
        },
        ForeignParser("store") { (try? StoreAddress(parsing: $0)) != nil },
        ForeignParser("profile") { (try? DeviceProfile(parsing: String(decoding: $0, as: UTF8.self))) != nil },
        ForeignParser("ppm") { bytes in
            guard let picture = try? RGBPicture(ppm: bytes) else { return false }
            precondition(picture.samples.count == 3 * picture.width * picture.height, "other samples than promised")
            return true
        },
        ForeignParser("labels") { bytes in
            guard let pictures = try? parseLabels(bytes) else { return false }
            precondition(pictures.allSatisfy { $0.faces.allSatisfy { $0.box.area > 0 } }, "an empty box")
            return true
        },
        ForeignParser("lists") { (try? parseLists($0)) != nil },
        ForeignParser("forward-report") { bytes in
            sameAgain(try? ForwardReport(parsing: bytes)) { try ForwardReport(parsing: $0.json) }
        },
    ]

    /// Texts that are signed: one meaning has one spelling.
    private static let documents = [
        ForeignParser("manifest") { bytes in oneSpelling(bytes, (try? Manifest(parsing: bytes))?.text) },
        ForeignParser("tombstone") { bytes in oneSpelling(bytes, (try? Tombstone(parsing: bytes))?.text) },
        ForeignParser("notice") { bytes in oneSpelling(bytes, (try? Notice(parsing: bytes))?.text) },
        ForeignParser("journal-head") { bytes in oneSpelling(bytes, (try? JournalHead(parsing: bytes))?.text) },
        ForeignParser("enrolment") { bytes in oneSpelling(bytes, (try? Enrolment(parsing: bytes))?.text) },
        ForeignParser("recovery") { bytes in oneSpelling(bytes, (try? RecoveryStatement(parsing: bytes))?.text) },
        ForeignParser("station-key") { (try? BundleFormat.StationKey(pem: $0)) != nil },
    ]

    private static let bundles = [
        ForeignParser("bundle") { (try? BundleScan.read($0.span)) != nil },
        ForeignParser("age-header") { bytes in
            guard let header = try? AgeHeader(parsing: bytes.span) else { return false }
            precondition(header.length <= bytes.count && header.macLength < header.length, "a header beyond its file")
            return true
        },
        ForeignParser("bech32") { Bech32.decode(label: "age", String(decoding: $0, as: UTF8.self)) != nil },
    ]

    private static let links = [
        ForeignParser("control-call") { bytes in
            sameAgain(try? ControlCall(parsing: bytes)) { try ControlCall(parsing: $0.message) }
        },
        ForeignParser("control-reply") { bytes in
            sameAgain(try? ControlReply(parsing: bytes)) { try ControlReply(parsing: $0.message) }
        },
        ForeignParser("key-request") { bytes in oneSpelling(bytes, (try? KeyRequest(parsing: bytes.span))?.encoded) },
        ForeignParser("key-reply") { bytes in
            do {
                let reply = try KeyReply(parsing: bytes.span)
                let message = try reply.encoded()
                return oneSpelling(bytes, copy(message.span, from: 0))
            } catch { return false }
        },
        ForeignParser("detection-request") { bytes in
            oneSpelling(bytes, (try? DetectionRequest(parsing: bytes.span))?.message)
        },
        ForeignParser("detection-answer") { bytes in
            guard let asked = try? DetectionRequest(parsing: askedPlanes.span) else { return false }
            return oneSpelling(bytes, (try? DetectionAnswer(parsing: bytes.span, to: asked))?.message)
        },
        ForeignParser("still-request") { bytes in
            oneSpelling(bytes, (try? StillRequest(parsing: bytes.span))?.message)
        },
        ForeignParser("still-answer") { bytes in
            guard let asked = try? StillRequest(identifier: 1, bus: 1, device: 4) else { return false }
            return oneSpelling(bytes, (try? StillAnswer(parsing: bytes.span, to: asked))?.message)
        },
    ]

    /// A request for two planes, 320 x 256 and 64 x 32: what the answers answer.
    private static let askedPlanes: [UInt8] = [
        0x4F, 0x44, 0x52, 0x31, 1, 2, 3, 4, 5, 6, 7, 8, 2, 1, 64, 1, 0, 0x19, 0x99, 0, 64, 0, 32, 0x59, 0x99,
    ]
}

/// Whether bytes were taken; what was taken is the same when it is written and read again.
private func sameAgain<Value: Equatable>(_ value: Value?, _ again: (Value) throws -> Value) -> Bool {
    guard let value else { return false }
    precondition((try? again(value)) == value, "changes when it is written again: \(value)")
    return true
}

/// Whether bytes were taken; then they are the only ones that say it.
private func oneSpelling(_ bytes: [UInt8], _ text: [UInt8]?) -> Bool {
    guard let text else { return false }
    precondition(text == bytes, "has two spellings")
    return true
}
