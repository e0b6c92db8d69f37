import BundleFormat
import JOSE
import Scan

/// A file of a scan among a bundle's assets: under its own name, because its files name each other.
struct ScanEntry {
    let path: String
    let name: ScanName

    /// The scan's files among the assets of an opened index.
    static func all(in index: JSONObject, _ verdict: inout Verdict) throws(VerdictFailed) -> [ScanEntry] {
        guard case .array(let assets)? = index["assets"] else { return [] }
        var entries: [ScanEntry] = []
        for case .object(let asset) in assets where asset.string("role").hasPrefix("scan-") {
            let path = asset.string("path")
            guard let name = ScanName(parsing: asset.string("name")), !entries.contains(where: { $0.name == name })
            else { throw verdict.fail("index", "\(path) has no proper name") }
            entries.append(ScanEntry(path: path, name: name))
        }
        return entries
    }
}
