/// What a bundle says in clear about itself: `manifest.txt` of `obscura-bundle/1`, the text that the station signs.
package struct Manifest: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package let path: EntryPath
        /// SHA-256 of the entry's bytes as they stand in the file.
        package let digest: Digest

        package init(path: EntryPath, digest: Digest) {
            self.path = path
            self.digest = digest
        }
    }

    package var facts: BundleFacts
    /// Digest of all distinct recipients of the bundle, see `RecipientText.digest(of:)`.
    package let recipients: Digest
    /// One for every entry up to the last index, in tar order.
    package let entries: [Entry]

    package static let format = "obscura-manifest/1"
    /// The bytes of the entry `OBSCURA`.
    package static let label = Array("obscura-bundle/1\n".utf8)

    package init(facts: BundleFacts, recipients: Digest, entries: [Entry]) {
        self.facts = facts
        self.recipients = recipients
        self.entries = entries
    }

    package var text: [UInt8] {
        document(
            [
                Self.format, "bundle \(facts.bundle)", "station \(facts.station)", "keys \(facts.keys.rawValue)",
                "seq \(facts.seq)", "prev \(facts.previous?.hex ?? "none")", "day \(facts.day)",
                "epoch \(facts.epoch)", "origin \(facts.origin.rawValue)", "policy \(facts.policy)",
                "consent \(facts.consent)", "recipients \(recipients)",
            ] + entries.map { "\($0.digest)  \($0.path)" })
    }

    /// SHA-256 of the text: the `prev` of the station's next bundle.
    package func digest() throws(BundleError) -> Digest { try .of(text) }

    /// Strict: these lines, this order, these spellings, at least one asset, and entries in bundle order.
    package init(parsing text: [UInt8]) throws(BundleError) {
        var lines = try LineReader(text, .manifest, format: Self.format)
        facts = BundleFacts(
            bundle: try lines.value("bundle") { text throws(BundleError) in try BundleID(parsing: text) },
            station: try lines.digest("station"), keys: try lines.choice("keys"),
            seq: try lines.number("seq", atMost: greatestSequence),
            previous: try lines.value("prev") { text throws(BundleError) in
                text == "none" ? nil : try Digest(hex: text)
            },
            day: try lines.value("day") { text throws(BundleError) in try Day(parsing: text) },
            epoch: try lines.number("epoch"), origin: try lines.choice("origin"),
            policy: try lines.digest("policy"), consent: try lines.digest("consent"))
        recipients = try lines.digest("recipients")
        var entries: [Entry] = []
        while !lines.isAtEnd {
            let line = try lines.next()
            guard line.utf8.count > 66, line.dropFirst(64).hasPrefix("  "),
                let digest = try? Digest(hex: line.prefix(64)),
                let path = try? EntryPath(parsing: String(line.dropFirst(66))), path.isListed,
                entries.last.map({ $0.path.precedes(path) }) ?? (path == .label)
            else { throw lines.fault }
            entries.append(Entry(path: path, digest: digest))
        }
        self.entries = entries
        guard entries.last?.path.precedes(.manifest) == true else { throw lines.fault }
    }
}

/// Everything a manifest says besides the hashes: known before the first asset is sealed.
package struct BundleFacts: Sendable, Equatable {
    package var bundle: BundleID
    /// Fingerprint of the station's key.
    package var station: Digest
    package var keys: KeyOrigin
    package var seq: UInt64
    /// Digest of the station's manifest before this one; nil for its first.
    package var previous: Digest?
    package var day: Day
    /// The TPM counter of the session.
    package var epoch: UInt64
    package var origin: PictureOrigin
    /// Digest of the clinic policy in force.
    package var policy: Digest
    /// Digest of the token's `jti`.
    package var consent: Digest

    package init(
        bundle: BundleID, station: Digest, keys: KeyOrigin, seq: UInt64, previous: Digest?, day: Day, epoch: UInt64,
        origin: PictureOrigin, policy: Digest, consent: Digest
    ) {
        self.bundle = bundle
        self.station = station
        self.keys = keys
        self.seq = seq
        self.previous = previous
        self.day = day
        self.epoch = epoch
        self.origin = origin
        self.policy = policy
        self.consent = consent
    }
}
