import BundleFormat
import Linux

extension ClinicFolder {
    /// The bundles that lie in the store, by their paths in the clinic's folder.
    func storedBundles() throws(ClinicError) -> [String] {
        var bundles: [String] = []
        for station in try names("store") where (try? Digest(hex: station)) != nil {
            for name in try names("store/\(station)") where name.hasSuffix(".obs") {
                bundles.append("store/\(station)/\(name)")
            }
        }
        return bundles
    }

    func scan(_ bundle: String) throws -> BundleScan { try BundleScan.read(try openForReading(fullPath(bundle))) }
}
