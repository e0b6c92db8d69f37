import CLinux
import Glibc

/// One thread rings it, another waits for it in `poll`, with whatever else it waits for (eventfd(2)).
package struct Bell: ~Copyable, Sendable {
    private let descriptor: Descriptor

    package init() throws(SystemCallError) {
        descriptor = Descriptor(owning: try check("eventfd") { obscura_eventfd() })
    }

    /// Readable once it was rung, until it is silenced.
    package var number: CInt { descriptor.number }

    /// Never waits: a bell that rings already goes on ringing.
    package func ring() { _ = try? writeAll([1, 0, 0, 0, 0, 0, 0, 0], to: descriptor) }

    package func silence() { _ = try? readSome(8, from: descriptor) }

    /// Waits until somebody rings it or the time is over, and silences it.
    ///
    /// - Parameter milliseconds: nil waits for ever.
    package func wait(milliseconds: CInt?) {
        _ = try? poll([(number, .readable)], milliseconds: milliseconds)
        silence()
    }
}
