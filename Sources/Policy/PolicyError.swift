import JOSE

/// Why a policy, a receipt or a ticket is not believed.
package enum PolicyError: Error, Equatable, Sendable {
    /// The bytes are not a rightly signed document of the kind.
    case document(JOSEError)
    /// The policy is older than the one in force.
    case older(version: Int64, inForce: Int64)
    /// The policy has the version of the one in force and other bytes.
    case changed(version: Int64)
    /// The policy names no such key for this use.
    case unknownKey(String)
    /// The receipt is for something else; the first member that differs.
    case receiptDiffers(String)
    /// The ticket is for another store.
    case audience(String)
    /// The ticket's end lies in the past (seconds since 1970).
    case ticketExpired(at: Int64)
    /// The ticket was made in the future (seconds since 1970).
    case ticketNotYetValid(from: Int64)
    /// The ticket holds for this many seconds, more than a day.
    case ticketLifetime(Int64)
    /// The ticket says something else than its key or the policy; the member.
    case ticketDiffers(String)
    /// The policy does not approve this station key.
    case stationNotApproved(Fingerprint)
}

/// Runs a step of reading a document and names its failure as this module's.
func reading<T>(_ step: () throws(JOSEError) -> T) throws(PolicyError) -> T {
    do { return try step() } catch { throw .document(error) }
}
