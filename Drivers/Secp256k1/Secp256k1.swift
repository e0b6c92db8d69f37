import CSecp256k1

/// Why libcrypto could not say whether a signature is valid.
package enum Secp256k1Error: Error, Equatable, Sendable {
    /// A digest is 32 bytes, a signature and a key are 64; one had so many.
    case size(Int)
    /// The key is no point of the curve.
    case key
    /// libcrypto did not begin: no memory.
    case library
}

/// Whether an ECDSA signature on secp256k1 (SEC 2, 2.4.1) is the key's over this digest.
///
/// - Parameters:
///   - digest: 32 bytes.
///   - signature: r || s, 32 bytes each, the most significant first.
///   - key: x || y, likewise.
package func verifySecp256k1(
    digest: Span<UInt8>, signature: Span<UInt8>, key: Span<UInt8>
) throws(Secp256k1Error) -> Bool {
    guard digest.count == 32 else { throw .size(digest.count) }
    guard signature.count == 64 else { throw .size(signature.count) }
    guard key.count == 64 else { throw .size(key.count) }
    let result = unsafe digest.withUnsafeBufferPointer { digest in
        unsafe signature.withUnsafeBufferPointer { signature in
            unsafe key.withUnsafeBufferPointer { key in
                unsafe obscura_secp256k1_verify(key.baseAddress, digest.baseAddress, signature.baseAddress)
            }
        }
    }
    switch result {
    case 1: return true
    case 0: return false
    case -1: throw .key
    default: throw .library
    }
}
