import Linux
import StillNode
import UVC

/// Has the kernel's driver look at every video camera that it does not drive: a process that was killed between taking one
/// and giving it back left it so. The service manager calls this after every end of the service.
enum GivingBack {
    /// More buses, or devices on a bus, are not looked at.
    private static let most = 127

    static func run(_ transport: StillTransport, nodes root: String = "/dev/bus/usb") {
        for bus in numbers(in: root) {
            for device in numbers(in: "\(root)/\(bus.name)") {
                // Most nodes are nobody's but root's.
                guard let node = try? StillNode(bus: bus.number, device: device.number, transport) else { continue }
                for control in UVCStill.controlInterfaces(in: node.descriptors) {
                    do throws(StillNodeError) {
                        try node.rescue(control)
                        tell(.givenBack(bus: bus.number, device: device.number))
                    } catch {
                        // The rule: its driver has it.
                        if error != .taken { tell(.stopped("giving back \(bus.number)-\(device.number): \(error)")) }
                    }
                }
            }
        }
    }

    private static func numbers(in folder: String) -> [(name: String, number: UInt8)] {
        guard let names = try? Folder(path: folder).names() else { return [] }
        return names.sorted().prefix(most).compactMap { name in UInt8(name).map { (name, $0) } }
    }
}
