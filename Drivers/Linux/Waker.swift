import CLinux
import Glibc

/// Wakes a thread that waits in `poll`: an eventfd.
package struct Waker: ~Copyable, Sendable {
    private let counter: Descriptor

    package init() throws(SystemCallError) {
        counter = Descriptor(owning: try check("eventfd") { obscura_eventfd() })
    }

    /// Readable after `wake`, until `forget`.
    package var descriptor: CInt { counter.number }

    /// Wakes whoever waits, or whoever waits next.
    package func wake() {
        // A counter that is full has been told often enough.
        _ = try? writeAll([1, 0, 0, 0, 0, 0, 0, 0], to: counter)
    }

    /// Forgets that it was told to wake.
    package func forget() { _ = try? readSome(8, from: counter) }

    /// Waits until somebody wakes it or the time is over, and forgets it.
    ///
    /// - Parameter milliseconds: nil waits for ever.
    package func wait(milliseconds: CInt?) {
        _ = try? poll([(descriptor, .readable)], milliseconds: milliseconds)
        forget()
    }
}
