import CAEAD

/// What checking a signature came to.
package enum SignatureCheck: Sendable, Equatable {
    case valid, invalid
    /// The key is not the SubjectPublicKeyInfo of a P-256 key.
    case unusableKey
}

/// Checks an ECDSA P-256 SHA-256 signature.
///
/// - Parameters:
///   - signature: DER (RFC 3279, section 2.2.3); other encodings of the same numbers are invalid.
///   - key: SubjectPublicKeyInfo, DER.
package func checkP256(
    signature: Span<UInt8>, of message: Span<UInt8>, key: Span<UInt8>
) -> SignatureCheck {
    let result = unsafe signature.withUnsafeBufferPointer { signature in
        unsafe message.withUnsafeBufferPointer { message in
            unsafe key.withUnsafeBufferPointer { key in
                unsafe obscura_p256_verify(
                    key.baseAddress, key.count, message.baseAddress, message.count,
                    signature.baseAddress, signature.count)
            }
        }
    }
    return switch result {
    case 1: .valid
    case 0: .invalid
    default: .unusableKey
    }
}
