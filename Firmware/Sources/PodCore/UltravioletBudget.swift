/// How long ultraviolet light may still shine: it has 30 seconds, and every minute of the dark gives one back.
///
/// A placeholder until somebody has assessed a lamp (IEC 62471); behind it the board has a monostable of its own.
struct UltravioletBudget: Sendable {
    /// Microseconds.
    static let most: UInt64 = 30_000_000
    /// A 64th of the dark comes back.
    private static let recovery: UInt64 = 6

    /// Microseconds of light that count.
    private(set) var spent: UInt64 = 0
    /// Microseconds of the dark that have given nothing back yet.
    private var rest: UInt64 = 0

    var isExhausted: Bool { spent >= Self.most }

    /// Any brightness counts as full.
    mutating func shone(_ micros: UInt64) { spent = min(Self.most, spent &+ min(micros, Self.most)) }

    /// What is exhausted stays so.
    mutating func rested(_ micros: UInt64) {
        guard !isExhausted else { return }
        rest &+= micros
        let back = rest >> Self.recovery
        rest &-= back << Self.recovery
        spent = spent > back ? spent - back : 0
    }
}
