/// A post-quantum age recipient, `age1pq1…`: the text and the X-Wing public key in it (1216 bytes).
package struct RecipientText: Hashable, Sendable, CustomStringConvertible {
    package let description: String
    package let key: [UInt8]

    private static let label = "age1pq"

    /// Lower case only, so that equal keys have equal text and equal digests. Nil when it is not such a recipient.
    package init?(parsing text: some StringProtocol) {
        guard let key = Bech32.decode(label: Self.label, text), key.count == 1216 else { return nil }
        self.init(key: key)
        guard description == text else { return nil }
    }

    /// - Parameter key: 1216 bytes.
    package init?(key: [UInt8]) {
        guard key.count == 1216 else { return nil }
        self.key = key
        description = Bech32.encode(label: Self.label, key)
    }

    /// SHA-256 of the text.
    package func digest() throws(BundleError) -> Digest { try .of(Array(description.utf8)) }

    /// The manifest's `recipients` value: SHA-256 of the distinct strings in the order of their bytes, each with a LF.
    package static func digest(of recipients: some Sequence<RecipientText>) throws(BundleError) -> Digest {
        let texts = Set(recipients.map(\.description)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return try .of(texts.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] })
    }
}
