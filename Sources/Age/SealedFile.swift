import AEAD
import BundleFormat
import LockedMemory

/// One age v1 file, sealed in the memory that held its plain bytes.
package struct SealedFile: ~Copyable, Sendable {
    /// The age header and the payload's nonce.
    let head: [UInt8]
    /// The payload: `ct || tag` chunks.
    let payload: LockedBytes
    /// SHA-256 of the plain bytes.
    package let plain: Digest
    /// SHA-256 of the whole file.
    package let digest: Digest

    /// Bytes of the whole file.
    package var size: Int { head.count + payload.count }

    /// The size of the file that sealing `count` plain bytes to this many recipients makes.
    package static func size(of count: Int, recipients: Int) -> Int {
        // Version, MAC line, and for each recipient the words and the body on lines of their own; then the nonce.
        22 + 48 + recipients * (18 + 1494 + 1 + 44) + 16 + count + SealingCipher.overhead(of: count)
    }

    /// Seals `plain` to all recipients.
    ///
    /// - Parameters:
    ///   - plain: overwritten by its own cipher text.
    ///   - file: runs over the sealed file too; a bundle's own hash.
    package init(
        _ plain: consuming LockedBytes, to recipients: [Recipient], mix: borrowing KeyMix,
        within file: inout SHA256Stream
    ) throws(SealError) {
        guard !recipients.isEmpty else { throw .noRecipient }
        let key = try FileKey(mix)
        var stanzas: [AgeHeader.Stanza] = []
        for recipient in recipients { stanzas.append(try recipient.stanza(fileKey: key.bytes.span)) }
        var head = AgeHeader.text(stanzas)
        head += AgeHeader.end(mac: try key.mac(of: head))
        let nonce = try crypto { () throws(AEADError) in try randomBytes(16) }
        head += nonce
        var cipher = try key.cipher(nonce: nonce)

        let count = plain.count
        do {
            try plain.extendFront(by: SealingCipher.overhead(of: count))
        } catch { throw .memory(error) }
        let digests: (plain: [UInt8], entry: [UInt8])
        do {
            var plainHash = try SHA256Stream()
            var entryHash = try SHA256Stream()
            try entryHash.update(head.span)
            try file.update(head.span)
            var buffer = plain.mutableSpan
            try cipher.sealStream(&buffer, count: count, plain: &plainHash, entry: &entryHash, file: &file)
            digests = (try plainHash.finish(), try entryHash.finish())
        } catch { throw .crypto(error) }
        let plainDigest: Digest
        let entryDigest: Digest
        do {
            plainDigest = try Digest(digests.plain)
            entryDigest = try Digest(digests.entry)
        } catch { throw .format(error) }
        self.head = head
        payload = plain
        self.plain = plainDigest
        digest = entryDigest
    }

    /// Seals `plain` to all recipients, for a file that stands alone: the clinic's sealed identities.
    package init(
        _ plain: consuming LockedBytes, to recipients: [Recipient], mix: borrowing KeyMix
    ) throws(SealError) {
        var unused = try crypto { () throws(AEADError) in try SHA256Stream() }
        try self.init(plain, to: recipients, mix: mix, within: &unused)
    }

    /// The file's bytes in order, in two pieces.
    package borrowing func withPieces<Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        try body(head.span)
        try body(payload.span)
    }

    /// The file's bytes; for small files.
    package var bytes: [UInt8] {
        var bytes = head
        let payload = payload.span
        bytes.reserveCapacity(size)
        for place in payload.indices { bytes.append(payload[place]) }
        return bytes
    }
}
