import BundleFormat
import JOSE

/// Every check that was made on one bundle, in order; a failed one is the last.
package struct Verdict: Sendable, Equatable {
    package struct Check: Sendable, Equatable {
        package enum Outcome: String, Sendable { case passed, failed, skipped }

        package let name: String
        package let outcome: Outcome
        /// One line; what was found.
        package let detail: String
    }

    package let file: String
    package private(set) var bundle = ""
    package private(set) var station = ""
    /// `patient` or `service`, as the token says; empty before it was read.
    package internal(set) var kind = ""
    package private(set) var sequence: UInt64 = 0
    package private(set) var checks: [Check] = []
    /// What was written, empty when a check failed.
    package var written: [String] = []

    init(file: String) { self.file = file }

    package var failure: Check? { checks.last { $0.outcome == .failed } }

    mutating func name(_ facts: BundleFacts, station: String) {
        bundle = facts.bundle.description
        sequence = facts.seq
        self.station = station
    }

    mutating func pass(_ name: String, _ detail: String) {
        checks.append(Check(name: name, outcome: .passed, detail: detail))
    }

    mutating func skip(_ name: String, _ detail: String) {
        checks.append(Check(name: name, outcome: .skipped, detail: detail))
    }

    /// Writes the failed check down and throws it.
    mutating func fail(_ name: String, _ detail: String) -> VerdictFailed {
        checks.append(Check(name: name, outcome: .failed, detail: detail))
        return VerdictFailed()
    }

    mutating func require(_ name: String, _ holds: Bool, _ passed: String, or failed: String) throws(VerdictFailed) {
        guard holds else { throw fail(name, failed) }
        pass(name, passed)
    }

    /// Takes over the format's own checks that are not here yet.
    mutating func take(_ found: [BundleCheck]) {
        for check in found where !checks.contains(where: { $0.name == check.subject.rawValue }) {
            switch check.outcome {
            case .passed: pass(check.subject.rawValue, check.subject.words)
            case .failed(let reason): _ = fail(check.subject.rawValue, reason)
            case .skipped(let reason): skip(check.subject.rawValue, reason)
            }
        }
    }

    /// `verdict.json`.
    package var object: JSONObject {
        [
            "file": .string(file), "bundle": .string(bundle), "station": .string(station),
            "seq": .integer(Int64(sequence)), "kind": .string(kind), "passed": .bool(failure == nil),
            "checks": .array(
                checks.map {
                    .object([
                        "name": .string($0.name), "outcome": .string($0.outcome.rawValue),
                        "detail": .string($0.detail),
                    ])
                }),
            "written": .strings(written),
        ]
    }
}

/// The verdict's last check failed; the verdict says which.
struct VerdictFailed: Error {}

extension BundleCheck.Subject {
    /// What passing it means.
    fileprivate var words: String {
        switch self {
        case .layout: "a bundle of this format, nothing else in it"
        case .chain: "follows the station's bundle before it"
        case .stationKey: "the key that the policy names"
        case .signature: "the station signed the manifest"
        case .entries: "every entry has the digest the manifest promises"
        case .recipients: "sealed to the recipients the manifest names"
        case .index: "names the same bundle, station and number as the manifest"
        case .identity: "the consent's own key opens it"
        case .assets: "every picture is what the index promises"
        }
    }
}
