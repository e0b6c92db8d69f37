import Control
import Evdev
import Linux
import Pod
import PodCore
import Synchronization

extension PodTone {
    /// What a refusal sounds like.
    static func refused(_ refusal: Refusal) -> PodTone { refusal.code.hasPrefix("mask-") ? .maskRefused : .refused }
}

/// What a person at the station hears: tones of the pod, and of the kernel's bell at the configured port.
final class Speaker: Sendable {
    /// Milliseconds of a note.
    private static let note: CInt = 90

    private let port: String?
    private let pod: PodDriver?
    private let waiting = Mutex<PodTone?>(nil)
    private let bell: Bell

    init(port: String?, pod: PodDriver?) throws(SystemCallError) {
        (self.port, self.pod) = (port, pod)
        bell = try Bell()
    }

    /// Sounds instead of what sounds now.
    func play(_ tone: PodTone) {
        waiting.withLock { $0 = tone }
        bell.ring()
    }

    /// Never returns. A speaker that is not there is silent: no picture waits for it.
    func run() {
        while true {
            bell.wait(milliseconds: nil)
            while let tone = next() {
                // A pod that is away is silent.
                try? pod?.tone(tone)
                sing(tone)
            }
        }
    }

    // Never inlined, as its parts: the optimizer takes many minutes over these loops in one.
    @inline(never)
    private func sing(_ tone: PodTone) {
        guard let port, let speaker = try? InputBell(port: port) else { return }
        sing(tone.notes, on: speaker)
    }

    /// Ends early when another signal waits.
    @inline(never)
    private func sing(_ notes: [4 of UInt16], on speaker: borrowing InputBell) {
        for place in notes.indices where !isWanted {
            try? speaker.sound(hertz: notes[place])
            bell.wait(milliseconds: Self.note)
        }
        try? speaker.sound(hertz: 0)
    }

    @inline(never)
    private func next() -> PodTone? { waiting.withLock { $0.take() } }

    private var isWanted: Bool { waiting.withLock { $0 != nil } }
}
