import JOSE

/// Why a consent does not allow what was asked. Times are seconds since 1970.
package enum ConsentError: Error, Equatable, Sendable {
    // The token's form and signature.
    case size(Int)
    case malformed(JOSEError)
    case algorithm(String)
    case type(String)
    case unknownKey(String)
    case signature
    case issuer(String)
    // What it says.
    case audience([String])
    case notYetValid(from: Int64)
    case expired(at: Int64)
    /// The token holds for this many seconds, more than it may.
    case lifetime(Int64, most: Int64)
    case noticeRetired(String)
    /// The patient had the notice for this many seconds, fewer than the policy asks.
    case noticeTooShort(Int64)
    case limitsOfAINotAcknowledged
    case givenInFuture(Int64)
    case givenBy(String)
    case ageBand(String)
    case methodDefault
    case guardianNeeded
    /// Nothing, or nothing possible, stands under this member of `capture`.
    case captureScope(String)
    case careNotPermitted
    case grantTwice(String)
    /// A permitted grant lacks this member; the purpose and the member.
    case grantIncomplete(Purpose, String)
    case geometryWithoutRelease
    case genetic
    case recipient(String)
    // Status lists.
    case statusListNotInPolicy(String)
    case statusListMissing(String)
    case statusListExpired(String, at: Int64)
    case statusListInvalid(String)
    case statusIndex(Int64, entries: Int)
    case withdrawn(ConsentReference)
    case suspended(ConsentReference)
    /// The clinic took a service token back.
    case serviceEnded
    // Time.
    case clockBelowFloor(Int64, floor: Int64)
    /// CLOCK_REALTIME moved this many seconds against CLOCK_BOOTTIME since the session opened.
    case clockDrift(Int64)
    // The session.
    case sessionAlreadyOpen
    case noSession
    case site(Site)
    case modality(Modality)
    case exposures(Int64)
    case noFramesLeft(limit: Int64)
    case ledger(LedgerFault)
}

/// Runs a step of reading a document and names its failure as this module's.
func reading<T>(_ step: () throws(JOSEError) -> T) throws(ConsentError) -> T {
    do {
        return try step()
    } catch {
        switch error {
        case .size(let count, _): throw .size(count)
        case .algorithm(let name): throw .algorithm(name)
        case .type(let name): throw .type(name)
        case .signature: throw .signature
        default: throw .malformed(error)
        }
    }
}
