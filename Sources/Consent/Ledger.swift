/// The ledger could not be made durable: the system call that failed and its errno.
package struct LedgerFault: Error, Equatable, Sendable {
    package let call: String
    package let errno: Int32

    package init(call: String, errno: Int32) { (self.call, self.errno) = (call, errno) }
}

/// What consents have used up, durably. `reserve` returns only when a power cut can no longer forget it.
package protocol ConsentLedger: ~Copyable {
    /// Frames charged to the consent, and those reserved and neither committed nor released.
    func framesTaken(_ consent: ConsentReference) -> Int64

    /// Whether the patient took this consent back at this chair.
    func isWithdrawn(_ consent: ConsentReference) -> Bool

    /// Writes down that a shot of so many exposures is about to be taken; its sequence number.
    mutating func reserve(_ consent: ConsentReference, exposures: Int64) throws(LedgerFault) -> Int64
}
