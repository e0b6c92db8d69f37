/// Why something stays in the outbox for now: the closed vocabulary of `forward.json`.
package enum ForwardFault: String, Error, Sendable, CaseIterable {
    /// `store.json` is absent or not what capture writes.
    case noStore = "no-store"
    /// `ticket.jws` or `station.pem` is absent.
    case noTicket = "no-ticket"
    case resolve, connect
    /// By the station's clock the store's certificate is over, or is not valid yet.
    case tlsExpired = "tls-expired"
    case tlsNotYet = "tls-not-yet"
    /// The server's certificate is for another name.
    case tlsName = "tls-name"
    /// The server's certificate does not come from the policy's authority.
    case tlsAuthority = "tls-authority"
    /// No TLS connection for any other reason.
    case tls
    case timeout, cut
    /// The store does not accept the ticket, or does not approve the station.
    case denied
    /// The store has no room or no time now.
    case busy
    /// The store failed by its own word.
    case server
    /// The answer is not one that this request can have.
    case protocolBroken = "protocol"
    /// The store refuses this one thing.
    case refused
    /// An entry of the outbox cannot be read.
    case outbox
    /// The inbox cannot be written.
    case inbox
}
