import BundleFormat
import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A private key that opens age files. At the clinic only; a station has none.
package struct Identity: Sendable {
    private enum Key: Sendable {
        case hybrid(XWingMLKEM768X25519.PrivateKey)
        case classical(Curve25519.KeyAgreement.PrivateKey)
    }

    private let key: Key

    private static let hybridLabel = "age-secret-key-pq-"
    private static let classicalLabel = "age-secret-key-"

    /// A fresh post-quantum identity.
    package static func generate() throws(OpenError) -> Identity {
        do { return Identity(key: .hybrid(try .generate())) } catch { throw .identity }
    }

    /// - Parameter text: `AGE-SECRET-KEY-PQ-1…` or `AGE-SECRET-KEY-1…`, without space around it.
    package init(parsing text: some StringProtocol) throws(OpenError) {
        do {
            if let seed = Bech32.decode(label: Self.hybridLabel, text), seed.count == 32 {
                key = .hybrid(try .init(seedRepresentation: Data(seed), publicKey: nil))
            } else if let scalar = Bech32.decode(label: Self.classicalLabel, text), scalar.count == 32 {
                key = .classical(try .init(rawRepresentation: Data(scalar)))
            } else {
                throw OpenError.identity
            }
        } catch { throw .identity }
    }

    private init(key: Key) { self.key = key }

    /// The identities of an age key file: one a line, empty lines and `#` comments between them.
    package static func list(parsing file: [UInt8]) throws(OpenError) -> [Identity] {
        var found: [Identity] = []
        for line in String(decoding: file, as: UTF8.self).split(whereSeparator: \.isNewline) {
            if line.hasPrefix("#") { continue }
            found.append(try Identity(parsing: line))
        }
        guard !found.isEmpty else { throw .identity }
        return found
    }

    /// The secret in writing, upper case.
    package var secretText: String {
        switch key {
        case .hybrid(let key): Bech32.encode(label: Self.hybridLabel, Array(key.seedRepresentation)).uppercased()
        case .classical(let key): Bech32.encode(label: Self.classicalLabel, Array(key.rawRepresentation)).uppercased()
        }
    }

    /// Whom to seal to, so that this identity opens it; nil for a classical one, which nothing here seals to.
    package var recipient: RecipientText? {
        switch key {
        case .hybrid(let key): RecipientText(key: Array(key.publicKey.rawRepresentation))
        case .classical: nil
        }
    }

    /// The file key in a stanza; nil when the stanza is for someone else.
    func fileKey(in stanza: AgeHeader.Stanza) throws(OpenError) -> [UInt8]? {
        switch (key, stanza.words[0]) {
        case (.hybrid(let key), "mlkem768x25519"): try Self.unwrap(stanza, key)
        case (.classical(let key), "X25519"): try Self.unwrap(stanza, key)
        default: nil
        }
    }

    private static func unwrap(
        _ stanza: AgeHeader.Stanza, _ key: XWingMLKEM768X25519.PrivateKey
    ) throws(OpenError) -> [UInt8]? {
        let kind = stanza.words[0]
        guard stanza.words.count == 2, let encapsulated = AgeHeader.decodeWord(stanza.words[1]),
            encapsulated.count == 1120, stanza.body.count == 32
        else { throw .stanza(kind) }
        let suite = HPKE.Ciphersuite(kem: .XWingMLKEM768X25519, kdf: .HKDF_SHA256, aead: .chaChaPoly)
        var recipient: HPKE.Recipient
        do {
            recipient = try HPKE.Recipient(
                privateKey: key, ciphersuite: suite, info: Data("age-encryption.org/mlkem768x25519".utf8),
                encapsulatedKey: Data(encapsulated))
        } catch { throw .stanza(kind) }
        return (try? recipient.open(stanza.body)).map { Array($0) }
    }

    /// age v1, X25519 recipient stanza.
    private static func unwrap(
        _ stanza: AgeHeader.Stanza, _ key: Curve25519.KeyAgreement.PrivateKey
    ) throws(OpenError) -> [UInt8]? {
        let kind = stanza.words[0]
        guard stanza.words.count == 2, let share = AgeHeader.decodeWord(stanza.words[1]), share.count == 32,
            stanza.body.count == 32, let sender = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: share),
            let agreed = try? key.sharedSecretFromKeyAgreement(with: sender)
        else { throw .stanza(kind) }
        // A share of low order makes the secret zero for every key; the library lets it pass (RFC 7748, section 6.1).
        let zero = Data(count: 32)
        if agreed == zero { throw .stanza(kind) }
        let wrapping = agreed.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: share + Array(key.publicKey.rawRepresentation),
            sharedInfo: Array("age-encryption.org/v1/X25519".utf8), outputByteCount: 32)
        do {
            let box = try ChaChaPoly.SealedBox(
                nonce: .init(data: [UInt8](repeating: 0, count: 12)), ciphertext: stanza.body.prefix(16),
                tag: stanza.body.suffix(16))
            return Array(try ChaChaPoly.open(box, using: wrapping))
        } catch { return nil }
    }
}
