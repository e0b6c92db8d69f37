import Linux
import PodCore
import PodUSB
import Synchronization

/// A pod's board in memory: a test works its switches and sees its wires. Its clock is this machine's, begun elsewhere.
package final class SimulatedBoard: Sendable {
    package struct Wires: Sendable {
        package var pressed: Set<PodInput> = []
        package var isOpen = false
        /// Whether the recording lamp's current follows its net.
        package var isLampSound = true
        /// A lamp that shines although its net is off.
        package var isLampStuck = false
        package fileprivate(set) var net = false
        package fileprivate(set) var lights: [LightChannel: UInt16] = [:]
        package fileprivate(set) var hertz: UInt16 = 0
        package fileprivate(set) var notice = false
        package fileprivate(set) var restart: PodRestart?
        fileprivate var words: [String] = []

        package var isLampLit: Bool { isLampStuck || net && isLampSound }
    }

    package let serial: UInt64
    private let origin: Int64
    private let wires = Mutex(Wires())

    package init(serial: UInt64) {
        self.serial = serial
        // An hour before its start, so that nobody takes the pod's time for the host's.
        origin = Clock.monotonic() - 3_600_000_000_000
    }

    package var now: Wires { wires.withLock { $0 } }

    package func change(_ body: (inout Wires) -> Void) { wires.withLock { body(&$0) } }

    /// What the pod did since the last call, a line each.
    package func takeWords() -> [String] {
        wires.withLock { wires in
            defer { wires.words = [] }
            return wires.words
        }
    }

    /// Power comes back: nothing shines or sounds, and no restart is asked for. Switches and lamp stay as they are.
    package func restart() {
        wires.withLock { wires in
            wires.restart = nil
            wires.hertz = 0
            wires.notice = false
        }
    }

    /// Microseconds of the board's clock.
    package var micros: UInt64 { UInt64(Clock.monotonic() - origin) / 1000 }

    /// Where the board's clock began, on CLOCK_MONOTONIC (nanoseconds).
    package var beginning: Int64 { origin }

    fileprivate func set<Value: Equatable & Sendable>(
        _ wire: WritableKeyPath<Wires, Value> & Sendable, _ value: Value, _ word: @Sendable () -> String
    ) {
        wires.withLock { wires in
            guard wires[keyPath: wire] != value else { return }
            wires[keyPath: wire] = value
            wires.words.append(word())
        }
    }

    fileprivate func say(_ word: String) { wires.withLock { $0.words.append(word) } }
}

/// The board as the pod's rules see it, and as its USB device does.
package struct BoardWires: USBBoard, ~Copyable {
    private let board: SimulatedBoard

    package init(_ board: SimulatedBoard) { self.board = board }

    package var micros: UInt64 { board.micros }
    package var serial: UInt64 { board.serial }
    package var isOpen: Bool { board.now.isOpen }
    package var isLampLit: Bool { board.now.isLampLit }
    package func isPressed(_ input: PodInput) -> Bool { board.now.pressed.contains(input) }

    package func setCaptureNet(_ on: Bool) { board.set(\.net, on) { "net \(on ? "on" : "off")" } }

    package func setLight(_ channel: LightChannel, permille: UInt16) {
        board.set(\.lights[channel], permille == 0 ? nil : permille) { "light \(channel) \(permille)" }
    }

    package func flash(_ channel: LightChannel, delay: UInt16, width: UInt16) {
        board.say("flash \(channel) after \(delay) us for \(width) us")
    }

    package func setSound(hertz: UInt16) { board.set(\.hertz, hertz) { "sound \(hertz) Hz" } }
    package func setNotice(_ on: Bool) { board.set(\.notice, on) { "notice \(on ? "on" : "off")" } }
    package func feedWatchdog() {}
    package func restart(_ into: PodRestart) { board.set(\.restart, into) { "restarts into \(into)" } }

    package func setAddress(_ address: UInt8) {}
    package func openEndpoints(_ open: Bool) {}
    package func setHalt(_ endpoint: USBEndpoint, _ halted: Bool) {}
}
