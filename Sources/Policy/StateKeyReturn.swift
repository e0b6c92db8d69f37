import Crypto
import Foundation
import JOSE

/// How a state key (32 bytes) comes back from the clinic to a station on another TPM: HPKE (RFC 9180) in base mode with
/// X-Wing, HKDF-SHA256 and ChaCha20-Poly1305; the encapsulated key (1120 bytes), then cipher text and tag (48 bytes).
package enum StateKeyReturn {
    package static let count = 1120 + 32 + 16
    /// Bytes of the key to seal to.
    package static let recipientCount = 1216

    private static var suite: HPKE.Ciphersuite {
        HPKE.Ciphersuite(kem: .XWingMLKEM768X25519, kdf: .HKDF_SHA256, aead: .chaChaPoly)
    }
    private static let info = Data("obscura state key".utf8)

    /// The key to seal to, from the 32 bytes that it grows out of.
    package static func recipient(seed: [UInt8]) throws(JOSEError) -> [UInt8] {
        Array(try key(seed).publicKey.rawRepresentation)
    }

    private static func key(_ seed: [UInt8]) throws(JOSEError) -> XWingMLKEM768X25519.PrivateKey {
        do { return try .init(seedRepresentation: Data(seed), publicKey: nil) } catch { throw .key }
    }

    /// The clinic's side; `station` is the present key's fingerprint, and the result is for no other.
    package static func seal(_ stateKey: [UInt8], to recipient: [UInt8], station: Fingerprint) throws(JOSEError)
        -> [UInt8]
    {
        do {
            let key = try XWingMLKEM768X25519.PublicKey(rawRepresentation: Data(recipient))
            var sender = try HPKE.Sender(recipientKey: key, ciphersuite: suite, info: info)
            let sealed = try sender.seal(Data(stateKey), authenticating: Data(station.bytes))
            return Array(sender.encapsulatedKey + sealed)
        } catch { throw .key }
    }

    /// The station's side: 32 bytes, which the caller wipes.
    package static func open(_ sealed: [UInt8], seed: [UInt8], station: Fingerprint) throws(JOSEError) -> [UInt8] {
        guard sealed.count == count else { throw .invalid("state_key") }
        let key = try key(seed)
        do {
            var recipient = try HPKE.Recipient(
                privateKey: key, ciphersuite: suite, info: info, encapsulatedKey: Data(sealed.prefix(1120)))
            return Array(try recipient.open(Data(sealed.dropFirst(1120)), authenticating: Data(station.bytes)))
        } catch { throw .invalid("state_key") }
    }
}
