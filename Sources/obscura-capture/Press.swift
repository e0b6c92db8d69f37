import Evdev
import Linux
import Synchronization

/// What started a shot, as its record says.
enum TriggerKind: String, Sendable {
    /// The desk: the command, or a program.
    case api
    /// A camera's snapshot button.
    case button
    /// A key of an input device: a pedal, a keyboard.
    case key
    /// The capture pod's foot pedal.
    case pedal
    /// The capture pod's hand trigger.
    case hand
}

/// A key of a trigger, without its bouncing.
struct DebouncedKey: Sendable {
    /// Nanoseconds during which a contact may bounce after an edge. A press counts at its first edge.
    static let bounce: Int64 = 20_000_000

    private var last: Int64?
    private(set) var isDown = false

    /// Whether this edge begins a press.
    mutating func begins(_ edge: KeyEdge) -> Bool {
        defer { (last, isDown) = (edge.at, edge.isDown) }
        guard edge.isDown, !isDown else { return false }
        guard let last else { return true }
        let (since, overflow) = edge.at.subtractingReportingOverflow(last)
        return overflow || since >= Self.bounce
    }
}

/// One press of a trigger, from its first edge until it is let go.
final class Press: Sendable {
    /// Nanoseconds after which a press that still lasts is a hold: the next site is meant, not a picture.
    static let hold: Int64 = 600_000_000
    /// Nanoseconds after which nobody waits for what was pressed.
    static let patience: Int64 = 2_000_000_000

    let trigger: TriggerSetting
    /// Nanoseconds of CLOCK_MONOTONIC of the first edge.
    let at: Int64
    private let isDown = Mutex(true)
    private let bell: Bell

    /// - Parameter at: as the kernel says; a time to come would let the station wait for a frame that never comes.
    init(_ trigger: TriggerSetting, at: Int64) throws(SystemCallError) {
        self.trigger = trigger
        self.at = min(at, Clock.monotonic())
        bell = try Bell()
    }

    /// Notes whether the key is down now.
    func note(isDown: Bool) {
        self.isDown.withLock { $0 = isDown }
        bell.ring()
    }

    /// Whether it came too long ago.
    var isStale: Bool { Clock.monotonic() - at > Self.patience }

    /// Whether it turned into a hold; waits until that is known.
    func isHeld() -> Bool {
        guard trigger.tellsRelease else { return false }
        while true {
            let down = isDown.withLock { $0 }
            // A key that is up again within its bouncing may come down once more.
            let left = at + (down ? Self.hold : DebouncedKey.bounce) - Clock.monotonic()
            guard left > 0 else { return down }
            bell.wait(milliseconds: CInt(left / 1_000_000 + 1))
        }
    }
}
