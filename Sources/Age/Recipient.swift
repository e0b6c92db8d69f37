import BundleFormat
import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Someone who will be able to open: a post-quantum age recipient (X-Wing: ML-KEM-768 with X25519).
package struct Recipient: Sendable, Hashable {
    package let text: RecipientText
    private let key: XWingMLKEM768X25519.PublicKey

    package static func == (one: Recipient, other: Recipient) -> Bool { one.text == other.text }
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// - Parameter text: `age1pq1…` as tokens and grants carry it, lower case.
    package init(parsing text: some StringProtocol) throws(SealError) {
        guard let parsed = RecipientText(parsing: text) else { throw .recipient(String(text.prefix(16))) }
        try self.init(parsed)
    }

    package init(_ text: RecipientText) throws(SealError) {
        self.text = text
        do { key = try XWingMLKEM768X25519.PublicKey(rawRepresentation: Data(text.key)) } catch {
            throw .recipient(String(text.description.prefix(16)))
        }
    }

    /// The stanza that carries the file key (16 bytes) to this recipient: HPKE base mode, RFC 9180.
    func stanza(fileKey: Span<UInt8>) throws(SealError) -> AgeHeader.Stanza {
        var plain = [UInt8](repeating: 0, count: fileKey.count)
        for place in fileKey.indices { plain[place] = fileKey[place] }
        defer { for place in plain.indices { plain[place] = 0 } }
        do {
            let suite = HPKE.Ciphersuite(kem: .XWingMLKEM768X25519, kdf: .HKDF_SHA256, aead: .chaChaPoly)
            let info = Data("age-encryption.org/mlkem768x25519".utf8)
            var sender = try HPKE.Sender(recipientKey: key, ciphersuite: suite, info: info)
            let body = try sender.seal(plain)
            return AgeHeader.Stanza(
                words: ["mlkem768x25519", AgeHeader.encodeWord(Array(sender.encapsulatedKey))], body: Array(body))
        } catch {
            throw .recipient(String(text.description.prefix(16)))
        }
    }
}
