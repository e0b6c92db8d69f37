/// A bundle was made void before it left the station.
package struct Tombstone: Sendable, Equatable {
    package let bundle: BundleID
    package let station: Digest
    package let seq: UInt64
    /// SHA-256 of the voided `.obs` file.
    package let voids: Digest
    package let reason: Reason
    /// Seconds since 1970.
    package let time: UInt64

    package static let format = "obscura-tombstone/1"

    package init(bundle: BundleID, station: Digest, seq: UInt64, voids: Digest, reason: Reason, time: UInt64) {
        self.bundle = bundle
        self.station = station
        self.seq = seq
        self.voids = voids
        self.reason = reason
        self.time = time
    }

    package var text: [UInt8] {
        document([
            Self.format, "bundle \(bundle)", "station \(station)", "seq \(seq)", "voids \(voids)", "reason \(reason)",
            "time \(time)",
        ])
    }

    package init(parsing text: [UInt8]) throws(BundleError) {
        var lines = try LineReader(text, .tombstone, format: Self.format)
        bundle = try lines.value("bundle") { text throws(BundleError) in try BundleID(parsing: text) }
        station = try lines.digest("station")
        seq = try lines.number("seq", atMost: greatestSequence)
        voids = try lines.digest("voids")
        reason = try lines.value("reason") { text throws(BundleError) in try Reason(parsing: text) }
        time = try lines.number("time")
        try lines.end()
    }
}

/// A person's reason in printable ASCII words, one space between them, at most 200 bytes.
package struct Reason: Sendable, Equatable, CustomStringConvertible {
    package let description: String

    package init(parsing text: some StringProtocol) throws(BundleError) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard text.utf8.count <= 200, words.allSatisfy({ !$0.isEmpty }),
            text.utf8.allSatisfy({ (0x20...0x7e).contains($0) })
        else { throw .value(.reason) }
        description = String(text)
    }
}

/// The station tells the store that a consent changed at the chair.
package struct Notice: Sendable, Equatable {
    package enum Act: String, Sendable { case withdrawn, restricted }

    package let station: Digest
    package let seq: UInt64
    /// Digest of the token's `jti`.
    package let consent: Digest
    package let act: Act
    /// Seconds since 1970.
    package let time: UInt64

    package static let format = "obscura-notice/1"

    package init(station: Digest, seq: UInt64, consent: Digest, act: Act, time: UInt64) {
        self.station = station
        self.seq = seq
        self.consent = consent
        self.act = act
        self.time = time
    }

    package var text: [UInt8] {
        document([
            Self.format, "station \(station)", "seq \(seq)", "consent \(consent)", "act \(act.rawValue)",
            "time \(time)",
        ])
    }

    package init(parsing text: [UInt8]) throws(BundleError) {
        var lines = try LineReader(text, .notice, format: Self.format)
        station = try lines.digest("station")
        seq = try lines.number("seq", atMost: greatestSequence)
        consent = try lines.digest("consent")
        act = try lines.choice("act")
        time = try lines.number("time")
        try lines.end()
    }
}

/// Where a station's journal stands.
package struct JournalHead: Sendable, Equatable {
    package let station: Digest
    package let seq: UInt64
    package let head: Digest
    /// Seconds since 1970.
    package let time: UInt64

    package static let format = "obscura-journal-head/1"

    package init(station: Digest, seq: UInt64, head: Digest, time: UInt64) {
        self.station = station
        self.seq = seq
        self.head = head
        self.time = time
    }

    package var text: [UInt8] {
        document([Self.format, "station \(station)", "seq \(seq)", "head \(head)", "time \(time)"])
    }

    package init(parsing text: [UInt8]) throws(BundleError) {
        var lines = try LineReader(text, .journalHead, format: Self.format)
        station = try lines.digest("station")
        seq = try lines.number("seq")
        head = try lines.digest("head")
        time = try lines.number("time")
        try lines.end()
    }
}

/// A station asks the clinic to approve its key.
package struct Enrolment: Sendable, Equatable {
    package let station: StationName
    package let key: Digest
    package let keys: KeyOrigin
    /// Seconds since 1970.
    package let time: UInt64

    package static let format = "obscura-enrolment/1"

    package init(station: StationName, key: Digest, keys: KeyOrigin, time: UInt64) {
        self.station = station
        self.key = key
        self.keys = keys
        self.time = time
    }

    package var text: [UInt8] {
        document([Self.format, "station \(station)", "key \(key)", "keys \(keys.rawValue)", "time \(time)"])
    }

    package init(parsing text: [UInt8]) throws(BundleError) {
        var lines = try LineReader(text, .enrolment, format: Self.format)
        station = try lines.value("station") { text throws(BundleError) in try StationName(parsing: text) }
        key = try lines.digest("key")
        keys = try lines.choice("keys")
        time = try lines.number("time")
        try lines.end()
    }
}
