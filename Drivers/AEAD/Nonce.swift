/// A 96-bit nonce of ChaCha20-Poly1305 (RFC 8439, section 2.8).
package struct Nonce: Sendable {
    let bytes: InlineArray<12, UInt8>

    /// The nonce of chunk `index` of an age v1 payload: an 11-byte big-endian counter and the last-chunk flag.
    package init(chunk index: UInt64, last: Bool) {
        var bytes = InlineArray<12, UInt8>(repeating: 0)
        for place in 0..<8 { bytes[10 - place] = UInt8(truncatingIfNeeded: index >> (8 * UInt64(place))) }
        bytes[11] = last ? 1 : 0
        self.bytes = bytes
    }

    /// A big-endian counter. A key that is used with it must never see the same number twice.
    package init(counter: UInt64) {
        var bytes = InlineArray<12, UInt8>(repeating: 0)
        for place in 0..<8 { bytes[11 - place] = UInt8(truncatingIfNeeded: counter >> (8 * UInt64(place))) }
        self.bytes = bytes
    }

    /// Exactly 12 bytes.
    package init(copying source: Span<UInt8>) throws(AEADError) {
        guard source.count == 12 else { throw .size(source.count) }
        var bytes = InlineArray<12, UInt8>(repeating: 0)
        for place in 0..<12 { bytes[place] = source[place] }
        self.bytes = bytes
    }
}
