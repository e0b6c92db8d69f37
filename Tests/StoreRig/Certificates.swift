import Crypto
import Foundation
import SwiftASN1
import X509

/// An authority of its own and a certificate for 127.0.0.1, as PEM.
package struct Certificates: Sendable {
    package let authority: String
    package let server: String
    package let serverKey: String

    /// - Parameters:
    ///   - address: the address in the server's certificate.
    ///   - time: seconds from now between which that certificate is valid.
    package init(address: [UInt8] = [127, 0, 0, 1], lasting time: Range<Double> = -3600..<86400) throws {
        let authorityKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let key = P256.Signing.PrivateKey()
        let authorityName = try DistinguishedName { CommonName("test authority \(UUID())") }
        let now = Date()
        let root = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: authorityKey.publicKey, notValidBefore: now - 3600,
            notValidAfter: now + 86400, issuer: authorityName, subject: authorityName,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(keyCertSign: true))
            }, issuerPrivateKey: authorityKey)
        let leaf = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: now + time.lowerBound, notValidAfter: now + time.upperBound, issuer: authorityName,
            subject: try DistinguishedName { CommonName("store") }, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                SubjectAlternativeNames([.ipAddress(ASN1OctetString(contentBytes: address[...]))])
            }, issuerPrivateKey: authorityKey)
        authority = try root.serializeAsPEM().pemString
        server = try leaf.serializeAsPEM().pemString
        serverKey = key.pemRepresentation
    }
}
