import BundleFormat
import JOSE
import Policy

/// What the clinic has of a station's numbers, and what it lacks: for a station that is lost or was restored.
///
/// Numbers rise by one with each shot that was begun. A shot that failed leaves none, and each manifest names the one
/// before it: where the chain closes over a gap, nothing is missing there.
package struct StationAccount: Sendable, Equatable {
    package let arrived: [UInt64]
    /// Made void at the station before they left.
    package let void: [UInt64]
    /// Numbers without a bundle, as the chain proves: a recovery alone leaves a million of them.
    package let unused: [ClosedRange<UInt64>]
    /// At least one bundle of each range was made and is not here.
    package let missing: [ClosedRange<UInt64>]

    /// One bundle of the store.
    struct Link {
        let seq: UInt64
        let manifest: Digest
        let previous: Digest?
    }

    init(_ links: [Link], void: [UInt64]) {
        var unused: [ClosedRange<UInt64>] = []
        var missing: [ClosedRange<UInt64>] = []
        var last: Link?
        let sorted = links.sorted { $0.seq < $1.seq }
        let void = void.sorted()
        for link in sorted {
            let gap = Self.ranges(from: (last?.seq ?? 0) + 1, before: link.seq, without: void)
            if link.previous == last?.manifest {
                unused += gap
            } else if let first = gap.first, let end = gap.last {
                // A void bundle has a manifest too, so it may be the whole reason; what else lies here may have been one.
                missing.append(first.lowerBound...end.upperBound)
            }
            last = link
        }
        arrived = sorted.map(\.seq)
        self.void = void
        self.unused = unused
        self.missing = missing
    }

    /// The numbers of a gap but for some, which rise.
    private static func ranges(from first: UInt64, before end: UInt64, without some: [UInt64]) -> [ClosedRange<UInt64>]
    {
        var ranges: [ClosedRange<UInt64>] = []
        var next = first
        for number in some where number >= first && number < end {
            if number > next { ranges.append(next...number - 1) }
            next = number + 1
        }
        if next < end { ranges.append(next...end - 1) }
        return ranges
    }
}

extension ClinicFolder {
    /// The account of each key that the policy knows under this name.
    package func accounts(of name: String) throws(ClinicError) -> [(key: Fingerprint, account: StationAccount)] {
        let stations = try policy().claims.stations.filter { $0.name == name }
        guard !stations.isEmpty else { throw .unknownStation(name) }
        var tombstones: [Tombstone] = []
        for file in try names("tombstones") where file.hasSuffix(".tombstone") {
            guard let tombstone = try? Tombstone(parsing: try read("tombstones/\(file)", bound: 4096)) else {
                throw .damaged("tombstones/\(file)")
            }
            tombstones.append(tombstone)
        }
        var accounts: [(key: Fingerprint, account: StationAccount)] = []
        for station in stations {
            var links: [StationAccount.Link] = []
            for bundle in try storedBundles() where bundle.hasPrefix("store/\(station.key.hex)/") {
                guard let manifest = try? scan(bundle).manifest, let digest = try? manifest.digest() else {
                    throw .damaged(bundle)
                }
                links.append(.init(seq: manifest.facts.seq, manifest: digest, previous: manifest.facts.previous))
            }
            let void = tombstones.filter { $0.station.hex == station.key.hex }.map(\.seq)
            accounts.append((station.key, StationAccount(links, void: void)))
        }
        return accounts
    }
}
