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
    /// The chain does not end in the given authority; OpenSSL's X509_V_ERR number.
    case untrusted(Int)
    /// The certificate is for another name.
    case otherName
    /// No common version (1.3 is the least) or suite, or an alert.
    case handshake
    /// The given authority is no certificate.
    case authority
}
