import BundleFormat
import Foundation
import JOSE
import Linux
import Open
import Policy

extension ClinicFolder {
    /// Opens a bundle and writes what is in it to `output`, when every check passed; otherwise writes nothing.
    ///
    /// Leaves `<asset>.dcm` and `.png` of each, a scan's files under their own names in `scan`, `index.json`,
    /// `manifest.txt` and `verdict.json`, and signs an `opened` receipt when the bundle lies in the store.
    package func open(_ path: String, into output: String, at now: Int64) throws(ClinicError) -> Verdict {
        guard !FileManager.default.fileExists(atPath: output) else { throw .outputExists(output) }
        var verdict = Verdict(file: path)
        let policy = try policy()
        do {
            let opened = try open(path, policy: policy, &verdict)
            verdict.written = opened.files.map(\.name) + ["verdict.json"]
            if let receipt = try signOpened(opened.bundle, policy: policy, at: now) {
                verdict.pass("receipt", "signed \(receipt)")
            } else {
                verdict.skip("receipt", "the bundle does not lie in this store, so no station waits for one")
            }
            try Self.write(opened.files + [("verdict.json", verdict.object.canonical)], to: output)
        } catch is VerdictFailed {
        } catch let error as ClinicError { throw error } catch {
            throw .file(path, reason: Self.words(error))
        }
        return verdict
    }

    /// Where a scan's files lie in what is written.
    private static let scanFolder = "scan"

    private typealias File = (name: String, bytes: [UInt8])

    /// All checks in the format's order, then the clinic's own; what would be written.
    private func open(
        _ path: String, policy: ClinicPolicy, _ verdict: inout Verdict
    ) throws -> (bundle: VerifiedBundle, files: [File]) {
        let bundle = try verified(path, policy: policy, &verdict)
        let facts = bundle.facts
        try verdict.require(
            "policy", try policyDigests().contains(facts.policy.hex), "one that this clinic signed",
            or: "none that this clinic signed")
        let folder = "consents/\(facts.consent.hex)"
        guard exists("\(folder)/token.jws") else {
            throw verdict.fail("consent", "this clinic issued no such consent")
        }
        guard exists("\(folder)/identity.age") else { throw verdict.fail("consent", "its key was destroyed") }
        verdict.pass("consent", facts.consent.hex)
        let identity: Identity
        do { identity = try self.identity(in: "\(folder)/identity.age", by: try workingIdentity()) } catch {
            throw verdict.fail("key", "the working identity does not open the consent's key")
        }
        verdict.pass("key", "unsealed with the working identity")

        var plain: [(asset: OpenedBundle.Asset, bytes: [UInt8])] = []
        let opened: OpenedBundle
        do {
            opened = try bundle.open([identity], reopen: { try openForReading(path) }) { asset, bytes in
                plain.append((asset, bytes))
            }
        } catch let refused as BundleRefused {
            verdict.take(refused.checks)
            throw VerdictFailed()
        }
        verdict.take(opened.checks)
        guard case .object(let index) = try JSON(parsing: opened.index, bound: EntryPath.index.longest) else {
            throw verdict.fail("index", "not a JSON object")
        }
        let token = try TokenInside(
            in: index, issued: try read("\(folder)/token.jws"), policy: policy, station: verdict.station, facts: facts,
            identity: identity, &verdict)
        try token.checkSubject(in: index, &verdict)
        try token.checkRecipients(of: bundle, &verdict)
        try token.checkMasks(in: index, &verdict)
        let scans = try ScanEntry.all(in: index, &verdict)
        try token.checkGeometry(scans, &verdict)
        let pictures: [File] = plain.map { (Self.name(of: $0.asset, scans), $0.bytes) }
        let previews = try Self.previews(of: pictures, &verdict)
        let texts: [File] = [("index.json", opened.index), ("manifest.txt", bundle.scan.manifestText)]
        return (bundle, pictures + previews + texts)
    }

    private static func name(of asset: OpenedBundle.Asset, _ scans: [ScanEntry]) -> String {
        if let scan = scans.first(where: { $0.path == asset.path.description }) { return "\(scanFolder)/\(scan.name)" }
        let number = asset.path.description.dropFirst(2).dropLast(4)
        let endings = ["application/dicom": "dcm", "image/png": "png", "model/ply": "ply"]
        return "\(number).\(endings[asset.media] ?? "bin")"
    }

    /// A PNG of each DICOM picture. One that cannot be read as a picture fails the whole bundle: it was sealed as one.
    private static func previews(of files: [File], _ verdict: inout Verdict) throws -> [File] {
        var previews: [File] = []
        for file in files where file.name.hasSuffix(".dcm") {
            do {
                previews.append((file.name.dropLast(4) + ".png", try pngOfDICOM(file.bytes)))
            } catch { throw verdict.fail("pictures", "\(file.name) cannot be read: \(error)") }
        }
        if previews.isEmpty {
            verdict.skip("pictures", "no DICOM object in it")
        } else {
            verdict.pass("pictures", "\(previews.count) read")
        }
        return previews
    }

    /// The SHA-256 of every policy that this clinic signed, hex.
    private func policyDigests() throws(ClinicError) -> Set<String> {
        var digests: Set<String> = []
        for name in try names(".") where name.hasPrefix("policy") && name.hasSuffix(".jws") {
            if let digest = try? Digest.of(try read(name)) { digests.insert(digest.hex) }
        }
        return digests
    }

    /// The folder appears whole or not at all, and only its owner can read it.
    private static func write(_ files: [File], to output: String) throws {
        let manager = FileManager.default
        let making = "\(output).opening-\(UUID().uuidString.prefix(8))"
        do {
            try manager.createDirectory(
                atPath: making, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let folder = try Folder(path: making)
            let (inside, others) = (files.filter { $0.name.contains("/") }, files.filter { !$0.name.contains("/") })
            for file in others { try folder.put(file.bytes, as: file.name, mode: 0o600) }
            if !inside.isEmpty {
                try folder.makeFolder(scanFolder, mode: 0o700)
                let scan = try Folder(scanFolder, in: folder)
                for file in inside {
                    try scan.put(file.bytes, as: String(file.name.dropFirst(scanFolder.count + 1)), mode: 0o600)
                }
            }
            try manager.moveItem(atPath: making, toPath: output)
        } catch {
            try? manager.removeItem(atPath: making)
            throw ClinicError.file(output, reason: error is SystemCallError ? words(error) : "cannot be written")
        }
    }
}
