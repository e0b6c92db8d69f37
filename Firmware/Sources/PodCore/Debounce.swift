/// A switch whose contacts bounce: the first edge counts at once, and for so long no other does. So nothing is added to
/// the time of an edge. The level has to be shown again later: a short press ends while its own edge is still ringing.
struct Debounce: Sendable {
    /// Microseconds.
    static let lockout: UInt64 = 20_000

    private(set) var isPressed = false
    private var since: UInt64?

    /// - Returns: whether this is an edge that counts.
    mutating func take(_ pressed: Bool, at time: UInt64) -> Bool {
        if let since, time &- since < Self.lockout { return false }
        guard pressed != isPressed else { return false }
        isPressed = pressed
        since = time
        return true
    }
}
