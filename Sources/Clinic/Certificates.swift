import Crypto
import Foundation
import SwiftASN1
import X509

/// The host that stations find in the policy's store URL: a name or an IPv4 address.
package enum Host: Sendable, Equatable {
    case name(String)
    case address([UInt8])

    package init(_ text: String) throws(ClinicError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { UInt8($0) }
        if parts.count == 4, numbers.count == 4 {
            self = .address(numbers)
            return
        }
        let allowed = { (letter: Character) in letter.isASCII && (letter.isLetter || letter.isNumber || letter == "-") }
        guard (1...253).contains(text.utf8.count),
            parts.allSatisfy({ (1...63).contains($0.count) && $0.allSatisfy(allowed) })
        else { throw .malformed("host", text) }
        self = .name(text.lowercased())
    }
}

/// The clinic's own certificate authority for its store's TLS: long-lived, and good for the clinic's names alone.
///
/// The authority's certificate stands in the policy; the server's certificate is renewed under it without a new policy.
struct CertificateAuthority {
    private static let day: TimeInterval = 86_400
    static let certificateFile = "tls/ca.pem"
    static let keyFile = "tls/ca.key"
    static let serverCertificateFile = "tls/server.pem"
    static let serverKeyFile = "tls/server.key"

    private let key: P256.Signing.PrivateKey
    private let certificate: Certificate

    /// Makes an authority for `hosts` that lasts ten years and can sign server certificates only.
    static func make(for clinic: String, hosts: [Host], in folder: ClinicFolder, at now: Date) throws(ClinicError) {
        let key = P256.Signing.PrivateKey()
        do {
            let subject = try DistinguishedName { CommonName("\(clinic) store authority") }
            let certificate = try Certificate(
                version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
                notValidBefore: now - day, notValidAfter: now + 3653 * day, issuer: subject, subject: subject,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                    Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                    Critical(constraints(hosts))
                    SubjectKeyIdentifier(hash: .init(key.publicKey))
                },
                issuerPrivateKey: .init(key))
            try folder.put(certificate.serializeAsPEM().pemString + "\n", as: certificateFile)
            try folder.put(key.pemRepresentation + "\n", as: keyFile)
        } catch let error as ClinicError { throw error } catch { throw .file(certificateFile, reason: "\(error)") }
    }

    init(in folder: ClinicFolder) throws(ClinicError) {
        let keyText = try folder.readText(Self.keyFile)
        let text = try folder.readText(Self.certificateFile)
        do {
            key = try P256.Signing.PrivateKey(pemRepresentation: keyText)
            certificate = try Certificate(pemEncoded: text)
        } catch { throw .damaged(Self.certificateFile) }
    }

    /// Gives the server a fresh key and a certificate of 397 days for `hosts`.
    func renewServer(hosts: [Host], in folder: ClinicFolder, at now: Date) throws(ClinicError) {
        let serverKey = P256.Signing.PrivateKey()
        do {
            let issuerName = certificate.subject
            let identifier = SubjectKeyIdentifier(hash: .init(key.publicKey)).keyIdentifier
            let server = try Certificate(
                version: .v3, serialNumber: .init(), publicKey: .init(serverKey.publicKey),
                notValidBefore: now - Self.day, notValidAfter: now + 397 * Self.day,
                issuer: issuerName, subject: try DistinguishedName { CommonName("obscura store") },
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage([.serverAuth])
                    SubjectAlternativeNames(hosts.map(\.generalName))
                    AuthorityKeyIdentifier(keyIdentifier: identifier)
                    SubjectKeyIdentifier(hash: .init(serverKey.publicKey))
                },
                issuerPrivateKey: .init(key))
            // One file: a power cut between two could leave a key that does not fit the certificate.
            let chain = try server.serializeAsPEM().pemString + "\n" + certificate.serializeAsPEM().pemString + "\n"
            try folder.put(serverKey.pemRepresentation + "\n", as: Self.serverKeyFile)
            try folder.put(chain, as: Self.serverCertificateFile)
        } catch let error as ClinicError { throw error } catch {
            throw .file(Self.serverCertificateFile, reason: "\(error)")
        }
    }

    /// Renews the server's certificate when it ends within 30 days or does not fit its key.
    func renewServerIfDue(hosts: [Host], in folder: ClinicFolder, at now: Date) throws(ClinicError) {
        if let text = try? folder.readText(Self.serverCertificateFile),
            let certificate = try? Certificate(pemEncoded: Self.first(of: text)),
            let keyText = try? folder.readText(Self.serverKeyFile),
            let key = try? P256.Signing.PrivateKey(pemRepresentation: keyText),
            certificate.publicKey == .init(key.publicKey), certificate.notValidAfter > now + 30 * Self.day
        {
            return
        }
        try renewServer(hosts: hosts, in: folder, at: now)
    }

    private static func first(of chain: String) -> String {
        let end = "-----END CERTIFICATE-----"
        return chain.components(separatedBy: end)[0] + end + "\n"
    }

    private static func constraints(_ hosts: [Host]) -> NameConstraints {
        var names: [String] = []
        var addresses: [ASN1OctetString] = []
        for host in hosts {
            switch host {
            case .name(let name): names.append(name)
            // A range is the address and its mask (RFC 5280 section 4.2.1.10).
            case .address(let bytes): addresses.append(.init(contentBytes: (bytes + [255, 255, 255, 255])[...]))
            }
        }
        return NameConstraints(
            permittedDNSDomains: NameConstraints.DNSNames(names), excludedDNSDomains: [],
            permittedIPRanges: NameConstraints.IPRanges(addresses), excludedIPRanges: [],
            permittedEmailAddresses: [], excludedEmailAddresses: [],
            permittedURIDomains: [], forbiddenURIDomains: [])
    }
}

extension Host {
    fileprivate var generalName: GeneralName {
        switch self {
        case .name(let name): .dnsName(name)
        case .address(let bytes): .ipAddress(.init(contentBytes: bytes[...]))
        }
    }
}
