import AEAD
import BundleFormat

/// A bundle's manifest, signature and key as they are sent ahead: the last part of its tar, from the manifest's header on.
struct BundleHead {
    /// An honest head: the largest manifest with headers, signature, key and end mark, bytes.
    static let bound = (1 << 20) + 8192

    let manifest: Manifest

    /// Takes nothing but a manifest that this station signed, with its key or one it had on another TPM.
    init(parsing bytes: [UInt8], from caller: Caller) throws {
        var rest = bytes[...]
        func entry(_ wanted: EntryPath) throws -> [UInt8] {
            let header = Array(rest.prefix(TarHeader.block))
            guard header.count == TarHeader.block else { throw Problem(.unprocessableContent, "head-layout") }
            let (path, size) = try TarHeader.decode(header, offset: bytes.count - rest.count)
            let padded = size + TarHeader.padding(after: size)
            rest = rest.dropFirst(TarHeader.block)
            guard path == wanted, rest.count >= padded else { throw Problem(.unprocessableContent, "head-layout") }
            defer { rest = rest.dropFirst(padded) }
            return Array(rest.prefix(size))
        }
        do {
            let text = try entry(.manifest)
            let signature = try entry(.signature)
            let key = try StationKey(pem: entry(.stationKey))
            manifest = try Manifest(parsing: text)
            guard rest.count == 2 * TarHeader.block, rest.allSatisfy({ $0 == 0 }) else {
                throw Problem(.unprocessableContent, "head-layout")
            }
            guard caller.speaks(for: key.fingerprint), manifest.facts.station == key.fingerprint else {
                throw Problem(.unprocessableContent, "station")
            }
            guard checkP256(signature: signature.span, of: text.span, key: key.der.span) == .valid else {
                throw Problem(.unprocessableContent, "signature")
            }
            guard caller.permits(manifest.facts.keys) else { throw Problem(.unprocessableContent, "software-keys") }
        } catch is BundleError { throw Problem(.unprocessableContent, "head-layout") }
    }
}
