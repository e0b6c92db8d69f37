import Crypto
import Hex
import JOSE

/// What pictures may be used for; no other purpose exists, and one that is not permitted is denied.
package enum Purpose: String, Sendable, CaseIterable {
    case care
    case careAIAnalysis = "care-ai-analysis"
    case careSimulation = "care-simulation"
    case secondOpinion = "second-opinion"
    case patientCopy = "patient-copy"
    case research
    case aiTraining = "ai-training"
    case fairnessAudit = "fairness-audit"
    case teaching
    case publication
    case marketing
}

/// Whether the face may be seen in what leaves memory.
package enum FaceRule: String, Sendable { case mask, identifiable }

/// Which rendition of a picture a grant is about.
package enum Form: String, Sendable { case identifiable, deid }

/// What happens to bundles on their way when a grant is withdrawn.
package enum WithdrawalRule: String, Sendable { case purge, restrict }

/// A coded body site, as in `SCT:43067004`: a scheme of capital letters, a colon, a code; at most 32 bytes.
package struct Site: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(parsing text: String) throws(ConsentError) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard text.utf8.count <= 32, parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty,
            parts[0].allSatisfy(isCapital), parts[1].allSatisfy({ isCapital($0) || isDigit($0) })
        else { throw .captureScope("sites") }
        description = text
    }
}

/// A DICOM modality code, as in `DMS`: 2 to 16 capital letters and digits (PS3.5 table 6.2-1, CS).
package struct Modality: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(parsing text: String) throws(ConsentError) {
        guard (2...16).contains(text.utf8.count), text.utf8.allSatisfy({ isCapital($0) || isDigit($0) }) else {
            throw .captureScope("modalities")
        }
        description = text
    }

    /// XC, a photograph with an external camera.
    package static let photograph = Modality(known: "XC")

    private init(known: String) { description = known }

    /// Whether it measures the shape of the body, which needs a written release.
    package var isGeometry: Bool { description == "M3D" }
}

/// How a consent is named in clear: SHA-256 of its `jti` (32 bytes).
package struct ConsentReference: Sendable, Hashable, CustomStringConvertible {
    package let bytes: [UInt8]

    package init(jti: String) { bytes = Array(SHA256.hash(data: Array(jti.utf8))) }

    package var hex: String { Hex.encode(bytes) }
    package var description: String { hex }
}

private func isCapital(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
