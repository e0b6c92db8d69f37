import ArgumentParser
import BundleFormat
import JOSE
import Linux

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a bundle with public keys only; nothing is opened.",
        discussion: """
            Without a key the one inside the bundle is used, which proves that nothing was changed since but not which \
            station made it.
            """)

    @Argument(help: "The bundle, a .obs file.") var file: String
    @Option(help: ArgumentHelp("The station's public key, as the clinic has it.", valueName: "pem file"))
    var stationKey: String?
    @Option(help: ArgumentHelp("The station's fingerprint, 64 hex characters.", valueName: "hex")) var fingerprint:
        String?
    @Flag(help: "Print the checks as JSON.") var json = false

    func run() async throws {
        let scan: BundleScan
        do { scan = try BundleScan.read(try openForReading(file)) } catch let refused as BundleRefused {
            throw RefusedByStation("bundle", "\(file) is not a whole bundle: \(refused.reason)")
        } catch {
            throw RefusedByStation(
                "bundle", "\(file) is not a whole bundle: \((error as? BundleError)?.sentence ?? "\(error)")")
        }
        let key = try trustedKey(scan)
        let verified: VerifiedBundle
        do { verified = try scan.verified(by: key.key, after: .unknown) } catch {
            throw RefusedByStation("bundle", "\(file): \(error.reason)")
        }
        let facts = verified.facts
        let answer: JSONObject = [
            "bundle": .string("\(facts.bundle)"), "station": .string(facts.station.hex),
            "seq": .integer(Int64(facts.seq)), "origin": .string(facts.origin.rawValue),
            "keys": .string(facts.keys.rawValue), "proved_station": .bool(key.isProof),
            "checks": .strings(verified.checks.map(\.line)),
        ]
        show(answer, json: json) {
            verified.checks.map { "ok   \($0.line)" } + [
                "bundle \(facts.bundle), shot \(facts.seq), \(facts.origin.rawValue), keys \(facts.keys.rawValue)",
                key.isProof
                    ? "made by station \(facts.station.hex)"
                    : "unchanged since it was signed; name the station's key to know who signed it",
            ]
        }
    }

    private struct TrustedKey {
        let key: StationKey
        let isProof: Bool
    }

    private func trustedKey(_ scan: BundleScan) throws -> TrustedKey {
        if let stationKey {
            let text = try InputFile.text(stationKey, bound: 4096) + "\n"
            guard let key = try? StationKey(pem: Array(text.utf8)) else {
                throw RefusedByStation("key", "\(stationKey) is not a P-256 public key in PEM")
            }
            return TrustedKey(key: key, isProof: true)
        }
        if let fingerprint {
            let wanted = fingerprint.filter { !$0.isWhitespace }.lowercased()
            guard wanted == scan.broughtKey.fingerprint.hex else {
                throw RefusedByStation(
                    "key", "the bundle is of station \(scan.broughtKey.fingerprint.hex), not of \(wanted)")
            }
            return TrustedKey(key: scan.broughtKey, isProof: true)
        }
        return TrustedKey(key: scan.broughtKey, isProof: false)
    }
}

extension BundleCheck {
    /// What was looked at, and what came of it.
    fileprivate var line: String {
        switch outcome {
        case .passed: subject.rawValue
        case .skipped: "\(subject.rawValue) (not checked)"
        case .failed: "\(subject.rawValue) FAILED"
        }
    }
}
