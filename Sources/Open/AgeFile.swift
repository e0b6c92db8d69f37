import AEAD
import BundleFormat

/// Opens age v1 files. Nothing is handed out before the last chunk has been verified.
package enum AgeFile {
    private static let chunk = 65536
    private static let tag = 16

    /// The plain bytes of a whole file.
    ///
    /// - Parameter identities: tried in order on every stanza.
    package static func open(_ file: Span<UInt8>, identities: [Identity]) throws(OpenError) -> [UInt8] {
        let header: AgeHeader
        do { header = try AgeHeader(parsing: file) } catch { throw .header(error) }
        let fileKey = try fileKey(in: header, identities)
        try checkMAC(of: header, file, fileKey)
        let rest = file.extracting(droppingFirst: header.length)
        guard rest.count >= 16 else { throw .header(.unfinished) }
        var nonce: [UInt8] = []
        for place in 0..<16 { nonce.append(rest[place]) }
        return try openPayload(rest.extracting(droppingFirst: 16), key: fileKey, nonce: nonce)
    }

    /// The first file key that any identity finds; every stanza of a known kind has to be well-formed.
    private static func fileKey(in header: AgeHeader, _ identities: [Identity]) throws(OpenError) -> [UInt8] {
        for identity in identities {
            for stanza in header.stanzas {
                guard let key = try identity.fileKey(in: stanza) else { continue }
                guard key.count == 16 else { throw .stanza(stanza.words[0]) }
                return key
            }
        }
        throw .noMatch
    }

    private static func checkMAC(of header: AgeHeader, _ file: Span<UInt8>, _ fileKey: [UInt8]) throws(OpenError) {
        let mac: [UInt8]
        do {
            let key = try derive(fileKey, salt: [], info: "header")
            mac = try hmacSHA256(key: key.span, file.extracting(first: header.macLength))
        } catch { throw .crypto(error) }
        guard equalInConstantTime(mac.span, header.mac.span) else { throw .headerMAC }
    }

    private static func openPayload(
        _ sealed: Span<UInt8>, key: [UInt8], nonce: [UInt8]
    ) throws(OpenError) -> [UInt8] {
        let step = chunk + tag
        let chunks = max(1, (sealed.count + step - 1) / step)
        let lastLength = sealed.count - (chunks - 1) * step
        // A last chunk without a plain byte is allowed only where there is no other.
        guard lastLength >= tag, lastLength > tag || chunks == 1 else { throw .payload(chunk: chunks - 1) }
        var cipher: OpeningCipher
        do {
            let payloadKey = try derive(key, salt: nonce, info: "payload")
            cipher = try OpeningCipher(key: payloadKey.span)
        } catch { throw .crypto(error) }
        var plain = [UInt8](repeating: 0, count: sealed.count - chunks * tag)
        for index in 0..<chunks {
            let start = index * step
            var output = plain.mutableSpan
            do {
                try cipher.open(
                    sealed.extracting(start..<min(start + step, sealed.count)), into: &output, at: index * chunk,
                    nonce: Nonce(chunk: UInt64(index), last: index == chunks - 1))
            } catch {
                wipe(&output)
                throw .payload(chunk: index)
            }
        }
        return plain
    }

    private static func derive(_ key: [UInt8], salt: [UInt8], info: StaticString) throws(AEADError) -> [UInt8] {
        var derived = [UInt8](repeating: 0, count: 32)
        var output = derived.mutableSpan
        try deriveKey(from: key.span, salt: salt.span, info: info, into: &output)
        return derived
    }
}
