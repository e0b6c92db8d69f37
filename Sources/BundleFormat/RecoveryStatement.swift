/// What a station that needs the clinic's word says of itself, signed by its present key.
///
///     obscura-recovery/1
///     station <name>
///     key <64 hex>
///     former <64 hex | none>         the key it had on another TPM
///     keys <tpm | software>
///     epoch <decimal>                the TPM's counter as it is
///     firmware <64 hex>              the policy digest of PCR 7 as it is
///     recipient <64 hex | none>      SHA-256 of the key that the old state key is to be sealed to
///     time <decimal>
package struct RecoveryStatement: Sendable, Equatable {
    package let station: StationName
    package let key: Digest
    package let former: Digest?
    package let keys: KeyOrigin
    package let epoch: UInt64
    package let firmware: Digest
    package let recipient: Digest?
    /// Seconds since 1970.
    package let time: UInt64

    package static let format = "obscura-recovery/1"

    package init(
        station: StationName, key: Digest, former: Digest?, keys: KeyOrigin, epoch: UInt64, firmware: Digest,
        recipient: Digest?, time: UInt64
    ) {
        self.station = station
        self.key = key
        self.former = former
        self.keys = keys
        self.epoch = epoch
        self.firmware = firmware
        self.recipient = recipient
        self.time = time
    }

    package var text: [UInt8] {
        document([
            Self.format, "station \(station)", "key \(key)", "former \(Self.word(former))", "keys \(keys.rawValue)",
            "epoch \(epoch)", "firmware \(firmware)", "recipient \(Self.word(recipient))", "time \(time)",
        ])
    }

    private static func word(_ digest: Digest?) -> String { digest.map { "\($0)" } ?? "none" }

    package init(parsing text: [UInt8]) throws(BundleError) {
        var lines = try LineReader(text, .recovery, format: Self.format)
        station = try lines.value("station") { text throws(BundleError) in try StationName(parsing: text) }
        key = try lines.digest("key")
        former = try lines.value("former", Self.digest)
        keys = try lines.choice("keys")
        epoch = try lines.number("epoch")
        firmware = try lines.digest("firmware")
        recipient = try lines.value("recipient", Self.digest)
        time = try lines.number("time")
        try lines.end()
    }

    private static func digest(_ text: String) throws(BundleError) -> Digest? {
        text == "none" ? nil : try Digest(hex: text)
    }
}
