import Control
import Evdev
import Linux
import Synchronization

/// What a person at the station hears.
enum Signal: Sendable, Equatable {
    /// The frame is there: let go.
    case exposed
    /// The picture is signed and on the disk.
    case durable
    case refused
    /// The mask refused the picture: reframe.
    case maskRefused
    case nextSite

    /// What a refusal sounds like.
    static func refused(_ refusal: Refusal) -> Signal {
        refusal.code.hasPrefix("mask-") ? .maskRefused : .refused
    }

    /// Hertz of its notes, 0 for silence: each signal has its own rhythm too, for ears that do not tell pitches.
    var notes: [UInt16] {
        switch self {
        case .exposed: [1760]
        case .durable: [880, 0, 1760]
        case .refused: [220, 220, 220, 220]
        case .maskRefused: [440, 0, 220, 220]
        case .nextSite: [1320, 0, 1320]
        }
    }
}

/// The station's own speaker, where the kernel has a bell at the configured port.
final class Speaker: Sendable {
    /// Milliseconds of a note.
    private static let note: CInt = 90

    private let port: String
    private let waiting = Mutex<Signal?>(nil)
    private let bell: Bell

    init(port: String) throws(SystemCallError) {
        self.port = port
        bell = try Bell()
    }

    /// Sounds instead of what sounds now.
    func play(_ signal: Signal) {
        waiting.withLock { $0 = signal }
        bell.ring()
    }

    /// Never returns. A speaker that is not there is silent: no picture waits for it.
    func run() {
        while true {
            bell.wait(milliseconds: nil)
            sing()
        }
    }

    // Never inlined, as its parts: the optimizer takes many minutes over these loops in one.
    @inline(never)
    private func sing() {
        guard let speaker = try? InputBell(port: port) else { return }
        while let signal = next() { sing(signal.notes, on: speaker) }
    }

    /// Ends early when another signal waits.
    @inline(never)
    private func sing(_ notes: [UInt16], on speaker: borrowing InputBell) {
        for note in notes where !isWanted {
            try? speaker.sound(hertz: note)
            bell.wait(milliseconds: Self.note)
        }
        try? speaker.sound(hertz: 0)
    }

    @inline(never)
    private func next() -> Signal? { waiting.withLock { $0.take() } }

    private var isWanted: Bool { waiting.withLock { $0 != nil } }
}
