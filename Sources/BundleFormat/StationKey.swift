/// The public half of a station's P-256 key as SubjectPublicKeyInfo (RFC 5480), uncompressed point: 91 bytes.
package struct StationKey: Hashable, Sendable {
    package let der: [UInt8]
    /// SHA-256 of the DER: what the clinic approves and manifests name.
    package let fingerprint: Digest

    private static let prefix: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ]
    private static let header = "-----BEGIN PUBLIC KEY-----\n"
    private static let footer = "-----END PUBLIC KEY-----\n"

    package init(der: [UInt8]) throws(BundleError) {
        guard der.count == 91, der.starts(with: Self.prefix) else { throw .value(.stationKey) }
        self.der = der
        fingerprint = try .of(der)
    }

    /// Exactly what `pem` writes; no other line length, no text around it.
    package init(pem: [UInt8]) throws(BundleError) {
        let bytes = pem.filter { $0 != UInt8(ascii: "\n") }
        let body = bytes.dropFirst(Self.header.utf8.count - 1).dropLast(Self.footer.utf8.count - 1)
        let text = Array(body.prefix { $0 != UInt8(ascii: "=") })
        guard let der = Base64.decode(text) else { throw .value(.stationKey) }
        try self.init(der: der)
        guard self.pem == pem else { throw .value(.stationKey) }
    }

    /// RFC 7468 text, 64 characters a line.
    package var pem: [UInt8] {
        var text = Array(Self.header.utf8)
        var body = Base64.encode(der)
        while body.count % 4 != 0 { body.append(UInt8(ascii: "=")) }
        for start in stride(from: 0, to: body.count, by: 64) {
            text += body[start..<min(start + 64, body.count)]
            text.append(UInt8(ascii: "\n"))
        }
        return text + Array(Self.footer.utf8)
    }
}
