/// Why a request got no answer.
package enum CurlError: Error, Equatable {
    /// The address is not one this client may use, or not an address at all.
    case address
    /// A method or header holds a control byte.
    case header
    /// The host's or the proxy's name has no address, or nobody says in time which.
    case resolve
    /// Nothing listens there, or the network is away.
    case connect
    case tls(TLSFailure)
    /// Connecting or the answer took too long, or bytes moved too slowly.
    case timedOut
    /// The answer's body or header is larger than the caller's bound (bytes).
    case tooLarge(Int)
    /// The connection ended before the answer was complete.
    case cut
    /// What came back is not HTTP.
    case malformed
    /// The caller no longer wanted the answer.
    case cancelled
    /// The body's file could not be read: errno, or 0 where it ended early.
    case body(errno: CInt)
    /// Anything else, by libcurl's number.
    case other(Int)
}

/// Why there is no TLS connection.
package enum TLSFailure: Error, Equatable {
    /// By this machine's clock a certificate of the chain is over, or is not valid yet.
    case expired, notYet
    /// The certificate is for another name, or for one that the given authority may not sign.
    case otherName
    /// The chain does not end in the given authority, or is broken; OpenSSL's X509_V_ERR number.
    case untrusted(Int)
    /// No common version (1.3 is the least) or suite, or an alert.
    case handshake
    /// The given authority is no certificate.
    case authority
}

extension TLSFailure {
    /// - Parameter reason: OpenSSL's X509_V_ERR number.
    init(verification reason: Int) {
        self =
            switch reason {
            case 9: .notYet
            case 10: .expired
            // The chain is good and libcurl did not like the name: the number is what it began with.
            case 0, 1: .otherName
            // By the authority's constraints, or by OpenSSL's own comparison of name and address.
            case 47, 48, 62, 64: .otherName
            default: .untrusted(reason)
            }
    }
}
