import JOSE
import Linux
import Pod
import Synchronization

/// Where presses wait for the station, and how many there were.
final class TriggerDesk: Sendable {
    /// How it stands with what is pressed.
    enum Standing: String, Sendable {
        case ready, absent
        /// No udev rule gives the device to this program.
        case denied
        case failed
        /// A camera's button is heard while a session is open.
        case resting
    }

    /// What became of the presses of one trigger since the program started.
    struct Tally: Sendable, Equatable {
        var standing = Standing.absent
        var taken: Int64 = 0
        /// Holds: another site was chosen.
        var moved: Int64 = 0
        /// Pressed while no session was open.
        var ignored: Int64 = 0
        var refused: Int64 = 0
        /// Pressed while others waited, or too long ago; and what the kernel had to drop.
        var lost: Int64 = 0
    }

    /// Presses that wait for the shot before them.
    static let mostWaiting = 2

    let settings: [TriggerSetting]
    /// Rings for the thread that hears the devices: a session began or ended.
    let listener: Bell
    private let tallies = Mutex<[String: Tally]>([:])
    private let waiting = Mutex<[Press]>([])
    /// What is pressed on the pod now, by its trigger.
    private let podPresses = Mutex<[String: Press]>([:])
    private let worker: Bell

    init(_ settings: [TriggerSetting]) throws(SystemCallError) {
        self.settings = settings
        listener = try Bell()
        worker = try Bell()
    }

    /// Lets a press wait for its turn.
    func put(_ press: Press) {
        let isFull = waiting.withLock { waiting in
            guard waiting.count < Self.mostWaiting else { return true }
            waiting.append(press)
            return false
        }
        if isFull { count(press.trigger.name, \.lost) } else { worker.ring() }
    }

    /// Takes an edge of the pod, which has debounced it. Never waits.
    func take(_ edge: PodPress) {
        guard let setting = settings.first(where: { $0.source == .pod(edge.source) }) else { return }
        guard edge.pressed else {
            podPresses.withLock { $0.removeValue(forKey: setting.name) }?.note(isDown: false)
            return
        }
        do {
            // The frame has to begin after the edge, whatever the two clocks may differ by.
            let press = try Press(setting, at: edge.at + Int64(edge.uncertainty / .nanoseconds(1)))
            podPresses.withLock { $0[setting.name] = press }
            put(press)
        } catch { count(setting.name, \.lost) }
    }

    /// The press that waited longest; waits for one.
    func next() -> Press {
        while true {
            if let press = waiting.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return press }
            worker.wait(milliseconds: nil)
        }
    }

    func count(_ name: String, _ what: WritableKeyPath<Tally, Int64> & Sendable, by more: Int = 1) {
        tallies.withLock { $0[name, default: Tally()][keyPath: what] += Int64(more) }
    }

    func note(_ name: String, _ standing: Standing) {
        tallies.withLock { $0[name, default: Tally()].standing = standing }
    }

    func tally(of name: String) -> Tally { tallies.withLock { $0[name] } ?? Tally() }

    /// Every trigger, for the status.
    var objects: [JSON] {
        settings.map { setting in
            let tally = tally(of: setting.name)
            return .object([
                "name": .string(setting.name), "kind": .string(setting.kind.rawValue),
                "state": .string(tally.standing.rawValue), "taken": .integer(tally.taken),
                "moved": .integer(tally.moved), "ignored": .integer(tally.ignored),
                "refused": .integer(tally.refused), "lost": .integer(tally.lost),
            ])
        }
    }
}
