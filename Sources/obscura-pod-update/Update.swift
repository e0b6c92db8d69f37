import Commands
import Hex
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

    private static let untouched = "nothing was erased: unplug the pod and plug it in, and it is as it was"

    /// - Parameters:
    ///   - listing: a pod, or a chip that is in its loader already.
    ///   - say: is told each step that is done.
    func run(_ listing: USBListing, say: (String) -> Void) throws(Refused) {
        // The pod's node may be another user's, but the loader's is root's: a pod must not give way to what stays closed.
        guard currentUser() == 0 else { throw Refused("this user may not update a pod", hint: "as root") }
        let socket = try Self.socket(listing.port)
        var before: String?
        if listing.id != LoaderLine.id { before = try leave(socket.port, say) }
        let chip = try load(try loader(at: socket), pod: before, say)
        try greet(chip, socket, say)
    }

    private static func socket(_ port: String) throws(Refused) -> Socket {
        do { return try Socket(port) } catch { throw Refused("\(error)") }
    }

    /// - Returns: the pod's serial number.
    private func leave(_ port: String, _ say: (String) -> Void) throws(Refused) -> String {
        do throws(PodError) {
            let pod = try PodUpkeep(at: port)
            let hello = pod.hello
            say("pod \(hello.serialText) at \(port): firmware \(hello.firmware)")
            try pod.restartIntoLoader()
            return hello.serialText
        } catch {
            switch error {
            case .usb(.busy):
                throw Refused(
                    "the station uses the pod", hint: "systemctl stop obscura-capture, and start it afterwards")
            case .refused(_, .state):
                throw Refused("a session holds the pod", hint: "it is over two seconds after the station's last word")
            default: throw Refused("the pod: \(error)")
            }
        }
    }

    /// Waits for the loader, and for the kernel to have read its descriptors.
    private func loader(at socket: borrowing Socket) throws(Refused) -> LoaderLine {
        var last: LoaderError?
        let port = socket.port
        let line: LoaderLine? = socket.await {
            guard let listing = USBListing(port: port), listing.id == LoaderLine.id else { return nil }
            do throws(LoaderError) { return try LoaderLine(opening: listing) } catch {
                last = error
                return nil
            }
        }
        if let line { return line }
        throw Refused(
            last.map { "the chip's loader: \($0)" } ?? "the chip's loader did not come at \(port)", hint: Self.untouched
        )
    }

    /// - Parameter pod: the serial number of the firmware that gave way, where one did.
    private func load(
        _ line: LoaderLine, pod: String?, _ say: (String) -> Void
    ) throws(Refused) -> LoaderChip {
        var loader = try Self.take(line)
        let chip: LoaderChip
        do throws(LoaderError) { chip = try loader.chip() } catch {
            // Nothing was erased: what is in flash starts again.
            loader.restart()
            throw Refused("the chip's loader: \(error)", hint: Self.untouched)
        }
        if let refused = refusal(of: chip, pod: pod) {
            loader.restart()
            throw refused
        }
        do throws(LoaderError) { try loader.write(image.bytes) } catch {
            throw Refused("the chip's loader: \(error)", hint: "the pod waits in it; give the same command again")
        }
        loader.restart()
        let isOpen = chip.isSecured && chip.hasFreeKeys
        say(
            "chip \(chip.serial): \(image.bytes.count) bytes written and read back"
                + (isOpen ? "; it would take further keys (Firmware/README.md, Signed)" : ""))
        return chip
    }

    private static func take(_ line: LoaderLine) throws(Refused) -> Loader<LoaderLine> {
        do { return try Loader(line) } catch { throw Refused("the chip's loader: \(error)", hint: untouched) }
    }

    /// Why this chip does not get this image.
    private func refusal(of chip: LoaderChip, pod: String?) -> Refused? {
        if let pod, pod != chip.serial { return Refused("the loader is another chip's, \(chip.serial)") }
        guard chip.isSecured else {
            if allowsUnsecured { return nil }
            return Refused(
                "the chip starts whatever it is given, signed or not", hint: "Firmware/README.md, Signed")
        }
        if chip.keyDigests.contains(image.keyDigest) { return nil }
        let trusted =
            chip.keyDigests.isEmpty ? "no key" : chip.keyDigests.map { Hex.encode($0) }.joined(separator: ", ")
        return Refused("the chip does not start what this key has signed", hint: "it trusts \(trusted)")
    }

    private enum Return {
        case hello(PodHello)
        /// The station's own process was faster.
        case held
    }

    private func greet(
        _ chip: LoaderChip, _ socket: borrowing Socket, _ say: (String) -> Void
    ) throws(Refused) {
        var last = PodError.absent
        let port = socket.port
        let found: Return? = socket.await {
            do throws(PodError) { return .hello(try PodUpkeep(at: port).hello) } catch {
                if error == .usb(.busy) { return .held }
                last = error
                return nil
            }
        }
        switch found {
        case .hello(let hello): try compare(hello, chip, say)
        case .held: say("pod \(chip.serial) is back, and the station has it")
        case nil where USBListing(port: port)?.id == LoaderLine.id:
            throw Refused("the chip does not start what was written", hint: "it waits in its loader for another file")
        case nil:
            throw Refused(
                "the pod did not come back at \(port): \(last)",
                hint: "what was written was read back: unplug the pod, plug it in, and see obscura pod status")
        }
    }

    private func compare(_ hello: PodHello, _ chip: LoaderChip, _ say: (String) -> Void) throws(Refused) {
        guard hello.serialText == chip.serial else { throw Refused("another pod came back, \(hello.serialText)") }
        if let wanted = image.version, (UInt16(hello.firmware.major), UInt16(hello.firmware.minor)) != wanted {
            throw Refused("the pod runs firmware \(hello.firmware), which is not what was written")
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
