import CEvdev
import Linux

/// A bell of the kernel's input devices: the speaker of a PC, where it has one.
package struct InputBell: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// - Parameter port: as sysfs tells it, `isa0061/input0` for a PC's own speaker.
    /// - Throws: ENOENT where there is none.
    package init(port: String) throws(SystemCallError) {
        guard let node = InputNode.all(at: port).first else {
            throw SystemCallError(call: "open", errno: Errno.noEntry)
        }
        let path = node.path
        descriptor = Descriptor(owning: try check("open") { unsafe obscura_input_open_bell(path) })
    }

    /// Sounds until it is told otherwise; 0 Hz is silence.
    package func sound(hertz: UInt16) throws(SystemCallError) {
        try check("write") { obscura_input_tone(descriptor.number, hertz) }
    }
}
