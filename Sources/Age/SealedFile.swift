import AEAD
import BundleFormat
import LockedMemory

/// One age v1 file, sealed in the memory that held its plain bytes.
package struct SealedFile: ~Copyable, Sendable {
    /// The age header and the payload's nonce.
    let head: [UInt8]
    /// The payload: `ct || tag` chunks.
    let payload: LockedBytes

    /// Bytes of the whole file.
    package var size: Int { head.count + payload.count }

    /// The size of the file that sealing `count` plain bytes to this many recipients makes.
    package static func size(of count: Int, recipients: Int) -> Int {
        // Version, MAC line, and for each recipient the words and the body on lines of their own; then the nonce.
        22 + 48 + recipients * (18 + 1494 + 1 + 44) + 16 + count + SealingCipher.overhead(of: count)
    }

    init(head: [UInt8], payload: consuming LockedBytes) {
        self.head = head
        self.payload = payload
    }

    /// Seals `plain` to all recipients, for a file that stands alone: a clinic's sealed identities.
    ///
    /// - Parameter plain: overwritten by its own cipher text.
    package init(
        _ plain: consuming LockedBytes, to recipients: [Recipient], mix: borrowing KeyMix
    ) throws(SealError) {
        var opening = try FileOpening(to: recipients, mix: mix)
        let count = plain.count
        try plain.makeRoom(for: count)
        do {
            var buffer = plain.mutableSpan
            try opening.cipher.sealStream(&buffer, count: count)
        } catch { throw .crypto(error) }
        self.init(head: opening.head, payload: plain)
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

/// An age v1 file that is an entry of a bundle, with the digests that the bundle says of it.
package struct SealedEntry: ~Copyable, Sendable {
    package let file: SealedFile
    /// SHA-256 of the plain bytes.
    package let plain: Digest
    /// SHA-256 of the whole file.
    package let digest: Digest

    /// Seals `plain` to all recipients.
    ///
    /// - Parameters:
    ///   - plain: overwritten by its own cipher text.
    ///   - bundle: runs over the sealed file too; a bundle's own hash.
    package init(
        _ plain: consuming LockedBytes, to recipients: [Recipient], mix: borrowing KeyMix,
        within bundle: inout SHA256Stream
    ) throws(SealError) {
        var opening = try FileOpening(to: recipients, mix: mix)
        let count = plain.count
        try plain.makeRoom(for: count)
        let digests: (plain: [UInt8], entry: [UInt8])
        do {
            var plainHash = try SHA256Stream()
            var entryHash = try SHA256Stream()
            try entryHash.update(opening.head.span)
            try bundle.update(opening.head.span)
            var buffer = plain.mutableSpan
            try opening.cipher.sealStream(&buffer, count: count, plain: &plainHash, entry: &entryHash, file: &bundle)
            digests = (try plainHash.finish(), try entryHash.finish())
        } catch { throw .crypto(error) }
        let plainDigest: Digest
        let entryDigest: Digest
        do {
            plainDigest = try Digest(digests.plain)
            entryDigest = try Digest(digests.entry)
        } catch { throw .format(error) }
        file = SealedFile(head: opening.head, payload: plain)
        self.plain = plainDigest
        digest = entryDigest
    }
}

/// What stands before an age file's payload, and the cipher of the payload.
private struct FileOpening: ~Copyable {
    let head: [UInt8]
    var cipher: SealingCipher

    init(to recipients: [Recipient], mix: borrowing KeyMix) throws(SealError) {
        guard !recipients.isEmpty else { throw .noRecipient }
        let key = try FileKey(mix)
        var stanzas: [AgeHeader.Stanza] = []
        for recipient in recipients { stanzas.append(try recipient.stanza(fileKey: key.bytes.span)) }
        var head = AgeHeader.text(stanzas)
        head += AgeHeader.end(mac: try key.mac(of: head))
        let nonce = try crypto { () throws(AEADError) in try randomBytes(16) }
        head += nonce
        let cipher = try key.cipher(nonce: nonce)
        self.head = head
        self.cipher = cipher
    }
}

extension LockedBytes {
    /// Makes room before `count` plain bytes for what sealing adds.
    fileprivate mutating func makeRoom(for count: Int) throws(SealError) {
        do { try extendFront(by: SealingCipher.overhead(of: count)) } catch { throw .memory(error) }
    }
}
