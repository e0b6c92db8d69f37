/// Why something stays in the outbox for now: the closed vocabulary of `forward.json`.
package enum ForwardFault: String, Error, Sendable, CaseIterable {
    /// `store.json` is absent or not what capture writes.
    case noStore = "no-store"
    /// `ticket.jws` or `station.pem` is absent.
    case noTicket = "no-ticket"
    case resolve, connect, tls
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
