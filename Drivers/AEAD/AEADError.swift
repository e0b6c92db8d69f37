/// The crypto library or the kernel's random source said no.
package enum AEADError: Error, Equatable {
    /// libcrypto refused the named operation.
    case library(Operation)
    /// A key, nonce or tag has the wrong size (bytes).
    case size(Int)
    /// The tag does not fit: another key, nonce, additional data, or altered bytes.
    case notAuthentic
    /// getrandom failed with this errno.
    case random(errno: CInt)

    /// The operation that libcrypto refused.
    package enum Operation: Sendable, Equatable { case cipher, hash, hmac, hkdf }
}
