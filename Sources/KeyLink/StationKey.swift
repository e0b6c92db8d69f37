import AEAD

/// Where the station's keys are held; the word stands in manifests.
package enum KeyHolder: String, Sendable {
    case tpm
    /// A software TPM: tests and demonstrations.
    case software
}

/// The station's public key and name.
package struct StationKey: Sendable, Equatable {
    package let holder: KeyHolder
    /// `a-z`, `0-9`, `-`, at most 32 bytes.
    package let name: String
    /// SubjectPublicKeyInfo of the P-256 key, DER (RFC 5480): 91 bytes.
    package let publicKey: [UInt8]

    /// SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING { 04 … } }.
    static let prefix: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
        0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ]

    /// - Parameter point: x and y, 32 bytes each, big-endian.
    package init(holder: KeyHolder, name: String, point: [UInt8]) throws(KeyProtocolError) {
        guard point.count == 64, Self.isName(name) else { throw .stationKey }
        self.holder = holder
        self.name = name
        publicKey = Self.prefix + point
    }

    /// SHA-256 of `publicKey`: 32 bytes.
    package func fingerprint() throws(AEADError) -> [UInt8] { try sha256(publicKey.span) }

    package static func isName(_ name: String) -> Bool {
        (1...32).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
            }
    }
}

/// An ECDSA P-256 SHA-256 signature by the station key.
package struct StationSignature: Sendable, Equatable {
    /// r and s, 32 bytes each, big-endian, as a JWS carries them (RFC 7518, section 3.4).
    package let raw: [UInt8]

    /// - Parameter raw: 64 bytes.
    package init(raw: [UInt8]) throws(KeyProtocolError) {
        guard raw.count == 64 else { throw .length(raw.count) }
        self.raw = raw
    }

    /// SEQUENCE { INTEGER r, INTEGER s }, DER, as `openssl dgst` takes it: 8 to 72 bytes.
    package var der: [UInt8] {
        let numbers = Self.integer(raw.prefix(32)) + Self.integer(raw.suffix(32))
        return [0x30, UInt8(numbers.count)] + numbers
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var digits = Array(bytes.drop { $0 == 0 })
        if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
        return [0x02, UInt8(digits.count)] + digits
    }
}
