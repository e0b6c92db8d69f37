import AEAD
import LockedMemory

/// 32 bytes that are mixed into every file key, from the TPM once a session: no file key rests on one source alone.
package struct KeyMix: ~Copyable, Sendable {
    let bytes: LockedBytes

    /// - Parameter bytes: 32 of them.
    package init(_ bytes: consuming LockedBytes) throws(SealError) {
        guard bytes.count == 32 else { throw .mixSize(bytes.count) }
        self.bytes = bytes
    }

    /// For a writer that has no TPM: the clinic's own small files.
    package static func random() throws(SealError) -> KeyMix {
        var bytes = try memory { () throws(LockedMemoryError) in try LockedBytes(count: 32) }
        var span = bytes.mutableSpan
        try crypto { () throws(AEADError) in try fillRandom(&span) }
        return try KeyMix(bytes)
    }
}

/// The key of one age file: 16 bytes, HKDF-SHA256 of the mix and 32 fresh random bytes. Wiped with its owner.
struct FileKey: ~Copyable {
    let bytes: LockedBytes

    init(_ mix: borrowing KeyMix) throws(SealError) {
        var secret = try memory { () throws(LockedMemoryError) in try LockedBytes(count: 64) }
        var key = try memory { () throws(LockedMemoryError) in try LockedBytes(count: 16) }
        do {
            var all = secret.mutableSpan
            try fillRandom(&all)
            let mixed = mix.bytes.span
            for place in 0..<32 { all[place] = mixed[place] }
        } catch { throw .crypto(error) }
        do {
            var output = key.mutableSpan
            try deriveKey(from: secret.span, info: "obscura-bundle/1 file key", into: &output)
        } catch { throw .crypto(error) }
        bytes = key
    }

    /// The MAC of a header's text (age v1, header MAC).
    func mac(of text: [UInt8]) throws(SealError) -> [UInt8] {
        var key = try memory { () throws(LockedMemoryError) in try LockedBytes(count: 32) }
        do {
            var output = key.mutableSpan
            try deriveKey(from: bytes.span, info: "header", into: &output)
        } catch { throw .crypto(error) }
        do { return try hmacSHA256(key: key.span, text.span) } catch { throw .crypto(error) }
    }

    /// The cipher of the payload after this nonce (age v1, payload key).
    func cipher(nonce: [UInt8]) throws(SealError) -> SealingCipher {
        var key = try memory { () throws(LockedMemoryError) in try LockedBytes(count: 32) }
        do {
            var output = key.mutableSpan
            try deriveKey(from: bytes.span, salt: nonce.span, info: "payload", into: &output)
        } catch { throw .crypto(error) }
        do { return try SealingCipher(key: key.span) } catch { throw .crypto(error) }
    }
}
