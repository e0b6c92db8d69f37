import AEAD
import Age
import BundleFormat
import LockedMemory

/// A bundle that lacks only its signature. It holds no plain byte.
package struct PreparedBundle: ~Copyable {
    package let manifest: Manifest
    /// The exact bytes to be signed.
    package let manifestText: [UInt8]
    private let key: StationKey
    private var pieces: Pieces

    init(manifest: Manifest, manifestText: [UInt8], key: StationKey, pieces: consuming Pieces) {
        self.manifest = manifest
        self.manifestText = manifestText
        self.key = key
        self.pieces = pieces
    }

    /// Completes the bundle.
    ///
    /// - Parameter signature: the station key's over `manifestText`, DER.
    /// - Throws: `wrongSignature` when it is not.
    package consuming func finish(signature: [UInt8]) throws(SealError) -> SealedBundle {
        let signed = checkP256(signature: signature.span, of: manifestText.span, key: key.der.span)
        guard signed == .valid else { throw .wrongSignature }
        try pieces.add(.signature, signature)
        try pieces.add(.stationKey, key.pem)
        try pieces.close()
        return try SealedBundle(manifest: manifest, manifestText: manifestText, pieces: pieces)
    }
}

/// A signed bundle, ready to be written: `obscura-bundle/1`.
package struct SealedBundle: ~Copyable {
    package let name: BundleFileName
    package let manifest: Manifest
    /// SHA-256 of the manifest: the next bundle's `previous`.
    package let manifestDigest: Digest
    /// SHA-256 of the whole file.
    package let digest: Digest
    /// Bytes of the whole file.
    package let size: Int
    private let pieces: [Pieces.Piece]

    init(manifest: Manifest, manifestText: [UInt8], pieces: consuming Pieces) throws(SealError) {
        let size = pieces.size
        let all = pieces.all
        let digests: (manifest: Digest, whole: Digest)
        let name: BundleFileName
        do {
            let whole = try pieces.finishHash()
            name = try BundleFileName(seq: manifest.facts.seq, id: manifest.facts.bundle)
            digests = (try .of(manifestText), try Digest(whole))
        } catch let error as BundleError { throw .format(error) } catch { throw .format(.hashing) }
        self.name = name
        self.manifest = manifest
        manifestDigest = digests.manifest
        digest = digests.whole
        self.size = size
        self.pieces = all
    }

    /// The file's bytes in order, in pieces that are never empty.
    package borrowing func withChunks<Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        for piece in pieces {
            switch piece.content {
            case .plain(let bytes): try body(bytes.span)
            case .sealed(let entry): try entry.file.withPieces(body)
            }
        }
    }

    /// The line of the file beside the bundle: `<64 hex>  <name>.obs` and LF, as sha256sum reads it.
    package var digestLine: [UInt8] { Array("\(digest)  \(name).obs\n".utf8) }
}
