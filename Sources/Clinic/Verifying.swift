import BundleFormat
import JOSE
import Linux
import Policy

extension ClinicFolder {
    /// Checks a bundle with public keys only: layout, chain, the policy's station, signature, every entry.
    package func verify(_ path: String) throws(ClinicError) -> Verdict {
        var verdict = Verdict(file: path)
        let policy = try policy()
        do {
            _ = try verified(path, policy: policy, &verdict)
        } catch is VerdictFailed {
        } catch let error as ClinicError { throw error } catch {
            throw .file(path, reason: Self.words(error))
        }
        return verdict
    }

    /// The bundle after its public checks; a failed one stands in the verdict.
    func verified(_ path: String, policy: ClinicPolicy, _ verdict: inout Verdict) throws -> VerifiedBundle {
        let scan: BundleScan
        do { scan = try BundleScan.read(try openForReading(path)) } catch let refused as BundleRefused {
            verdict.take(refused.checks)
            throw VerdictFailed()
        }
        verdict.pass("layout", "a bundle of this format, nothing else in it")
        let facts = scan.manifest.facts
        let key = try Fingerprint(hex: facts.station.hex)
        guard let station = policy.station(key: key) else {
            throw verdict.fail("station", "the policy names no station with this key")
        }
        verdict.name(facts, station: station.name)
        guard station.state != .lost else { throw verdict.fail("station", "\(station.name) is marked lost") }
        verdict.pass(
            "station",
            station.state == .approved
                ? "\(station.name), approved by the policy" : "\(station.name), with the key it had on another TPM")
        guard station.keys.rawValue == facts.keys.rawValue else {
            throw verdict.fail("keys", "the bundle says \(facts.keys.rawValue), the policy \(station.keys.rawValue)")
        }
        let isDemonstration = policy.claims.kind == .demonstration
        try verdict.require(
            "keys", facts.keys == .tpm || isDemonstration,
            facts.keys == .tpm ? "held by a TPM" : "held by software; this clinic is a demonstration",
            or: "held by software, which only a demonstration takes")
        try verdict.require(
            "origin", facts.origin == .live || isDemonstration,
            facts.origin == .live ? "a camera" : "replayed files; this clinic is a demonstration",
            or: "replayed files, which only a demonstration takes")
        do {
            let bundle = try scan.verified(by: scan.broughtKey, after: chainPoint(before: facts))
            verdict.take(bundle.checks)
            return bundle
        } catch let refused as BundleRefused {
            verdict.take(refused.checks)
            throw VerdictFailed()
        }
    }

    /// What the store knows of the station's bundle before this one.
    private func chainPoint(before facts: BundleFormat.BundleFacts) throws -> ChainPoint {
        guard let previous = facts.previous else { return .start }
        let folder = "store/\(facts.station.hex)"
        guard exists(folder) else { return .unknown }
        let earlier = try names(folder).compactMap { name in
            name.hasSuffix(".obs") ? try? BundleFileName(parsing: name.dropLast(4)) : nil
        }
        // A few are enough: a bundle's predecessor has the next lower number unless shots were made void between.
        for name in earlier.filter({ $0.seq < facts.seq }).sorted(by: { $0.seq > $1.seq }).prefix(4) {
            guard let scan = try? scan("\(folder)/\(name).obs"), try scan.manifest.digest() == previous else {
                continue
            }
            return .after(seq: name.seq, manifest: previous)
        }
        return .unknown
    }
}
