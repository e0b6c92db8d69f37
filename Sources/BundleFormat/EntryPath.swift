import Hex

/// The name of one entry of a bundle; there are no others.
package enum EntryPath: Hashable, Sendable, CustomStringConvertible {
    case label
    /// `a/000001.age` and on.
    case asset(Int)
    case index
    /// The index for one further recipient: the first 8 hex characters of the SHA-256 of its text.
    case indexFor(String)
    case manifest, signature, stationKey

    /// The most assets a bundle may have.
    package static let mostAssets = 4096
    /// The most further indexes a bundle may have.
    package static let mostIndexes = 16
    /// The longest asset before sealing, bytes.
    package static let longestAsset = 256 << 20

    package init(parsing text: String) throws(BundleError) {
        switch text {
        case "OBSCURA": self = .label
        case "index.age": self = .index
        case "manifest.txt": self = .manifest
        case "manifest.sig": self = .signature
        case "station.pem": self = .stationKey
        default:
            if text.hasPrefix("a/"), text.utf8.count == 12, let number = Int(text.dropFirst(2).prefix(6)),
                (1...Self.mostAssets).contains(number), EntryPath.asset(number).description == text
            {
                self = .asset(number)
            } else if text.hasPrefix("index-"), text.hasSuffix(".age"), text.utf8.count == 18,
                Hex.decode(text.dropFirst(6).prefix(8)) != nil
            {
                self = .indexFor(String(text.dropFirst(6).prefix(8)))
            } else {
                throw .entry(text)
            }
        }
    }

    package var description: String {
        switch self {
        case .label: "OBSCURA"
        case .asset(let number): "a/\(padded(number, 6)).age"
        case .index: "index.age"
        case .indexFor(let name): "index-\(name).age"
        case .manifest: "manifest.txt"
        case .signature: "manifest.sig"
        case .stationKey: "station.pem"
        }
    }

    /// Whether the manifest has a line for it.
    package var isListed: Bool {
        switch self {
        case .label, .asset, .index, .indexFor: true
        case .manifest, .signature, .stationKey: false
        }
    }

    /// The largest size its kind may have, bytes.
    package var longest: Int {
        switch self {
        case .label: 17
        case .asset: Self.longestAsset + Self.longestAsset / 4096 + AgeHeader.longest + 16
        case .index, .indexFor: 16 << 20
        case .manifest: 1 << 20
        case .signature: 72
        case .stationKey: 256
        }
    }

    /// Whether `next` may follow this entry in a bundle.
    package func precedes(_ next: EntryPath) -> Bool {
        switch (self, next) {
        case (.label, .asset(1)), (.asset, .index), (.index, .indexFor), (.index, .manifest), (.indexFor, .manifest),
            (.manifest, .signature), (.signature, .stationKey):
            true
        case (.asset(let one), .asset(let other)): other == one + 1
        case (.indexFor(let one), .indexFor(let other)): one < other
        default: false
        }
    }
}
