import Linux
import Loader
import Pod
import PodCore
import PodImage
import USB

/// One update of one pod: the firmware gives way to the chip's loader, what the loader writes is read back, and what comes
/// back is greeted.
struct Update {
    let image: SignedImage
    /// Whether a chip may start images that nobody signed.
    let allowsUnsecured: Bool

    private static let whole = "what was written is whole: unplug the pod, plug it in, and see obscura pod status"

    /// - Parameters:
    ///   - listing: a pod, or a chip that is in its loader already.
    ///   - say: is told each step that is done.
    func run(_ listing: USBListing, say: (String) -> Void) throws(Refused) {
        let socket = try Self.socket(listing.port)
        var before: String?
        if listing.id != LoaderLine.id { before = try leave(socket, say) }
        guard let loader = socket.await({ socket.listing.flatMap { $0.id == LoaderLine.id ? $0 : nil } }) else {
            throw Refused(
                "the chip's loader did not come at \(socket.port)",
                hint: "unplug the pod and plug it in; it is as it was")
        }
        try load(loader, pod: before, say)
        try greet(socket, say)
    }

    private static func socket(_ port: String) throws(Refused) -> Socket {
        do { return try Socket(port) } catch { throw Refused("\(error)") }
    }

    /// - Returns: the pod's serial number.
    private func leave(_ socket: borrowing Socket, _ say: (String) -> Void) throws(Refused) -> String {
        do throws(PodError) {
            let pod = try PodUpkeep(at: socket.port)
            let hello = pod.hello
            say("pod \(hello.serialText) at \(socket.port): firmware \(hello.firmware)")
            try pod.restartIntoLoader()
            return hello.serialText
        } catch {
            switch error {
            case .usb(.busy):
                throw Refused(
                    "the station uses the pod", hint: "systemctl stop obscura-capture, and start it afterwards")
            case .usb(.notAllowed): throw Refused("this user may not open the pod", hint: "as root")
            case .refused(_, .state):
                throw Refused("a session holds the pod", hint: "it is over two seconds after the station's last word")
            default: throw Refused("the pod: \(error)")
            }
        }
    }

    /// - Parameter pod: the serial number of the firmware that gave way, where one did.
    private func load(_ listing: USBListing, pod: String?, _ say: (String) -> Void) throws(Refused) {
        do {
            var loader = try Loader(try LoaderLine(opening: listing))
            let chip = try loader.chip()
            if let refused = refusal(of: chip, pod: pod) {
                // Nothing was erased: what is in flash starts again.
                try? loader.restart()
                throw refused
            }
            try loader.write(image.bytes)
            say("chip \(chip.serial): \(image.bytes.count) bytes written and read back")
            try loader.restart()
        } catch let refused as Refused { throw refused } catch {
            throw Refused("the loader: \(error)", hint: "the same command again goes on where this ended")
        }
    }

    /// Why this chip does not get this image.
    private func refusal(of chip: LoaderChip, pod: String?) -> Refused? {
        if let pod, pod != chip.serial { return Refused("the loader is another chip's, \(chip.serial)") }
        guard chip.isSecured else {
            if allowsUnsecured { return nil }
            return Refused(
                "the chip starts whatever it is given, signed or not", hint: "Firmware/README.md, Into the chip")
        }
        if chip.keyDigests.contains(image.keyDigest) { return nil }
        return Refused(
            "the chip does not start what this key has signed",
            hint: "it trusts " + chip.keyDigests.map(hex).joined(separator: ", "))
    }

    private func greet(_ socket: borrowing Socket, _ say: (String) -> Void) throws(Refused) {
        var last = PodError.absent
        let port = socket.port
        let hello: PodHello? = socket.await {
            do throws(PodError) { return try PodUpkeep(at: port).hello } catch {
                last = error
                return nil
            }
        }
        guard let hello else { throw Refused("the pod did not come back at \(port): \(last)", hint: Self.whole) }
        if let wanted = image.version, (UInt16(hello.firmware.major), UInt16(hello.firmware.minor)) != wanted {
            throw Refused("the pod came back with firmware \(hello.firmware)", hint: Self.whole)
        }
        say("pod \(hello.serialText) is back: firmware \(hello.firmware)")
    }
}

extension PodUpkeep {
    /// - Parameter port: as in `1-2.4`.
    fileprivate init(at port: String) throws(PodError) {
        guard let place = PodPlace(parsing: port) else { throw .absent }
        let door: PodUSBDoor
        do { door = try PodUSBDoor(place) } catch { throw .usb(.system(error)) }
        try self.init(door)
    }
}
