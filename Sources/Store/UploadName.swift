import BundleFormat

/// One upload: a station's key and a bundle's digest. It says where the upload lies before and after any restart, so the
/// store keeps no table.
struct UploadName: Hashable, Sendable, CustomStringConvertible {
    let station: Digest
    let digest: Digest

    init(station: Digest, digest: Digest) {
        self.station = station
        self.digest = digest
    }

    /// `<64 hex>-<64 hex>`.
    init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let station = try? Digest(hex: parts[0]), let digest = try? Digest(hex: parts[1]) else {
            return nil
        }
        self.init(station: station, digest: digest)
    }

    var description: String { "\(station)-\(digest)" }
    var location: String { "/v1/uploads/\(description)" }
    var part: String { "\(description).part" }
    var length: String { "\(description).length" }
    var head: String { "\(description).head" }
}
