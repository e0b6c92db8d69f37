import ArgumentParser
import Commands
import Linux

@main
struct ObscuraPodUpdate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "obscura pod update",
        abstract: "Load a signed firmware into the capture pod, through the chip's own loader.",
        discussion: """
            The station must not use the pod meanwhile: systemctl stop obscura-capture. A pod whose update was cut off \
            starts nothing and waits in its loader; the same command goes on with it. Exit status: 0 done, 1 refused, \
            2 misused.
            """)

    @Argument(help: ArgumentHelp("The firmware (UF2).", valueName: "file"))
    var file: String

    @Option(
        help: ArgumentHelp(
            "Which pod, where more than one is plugged in: its serial number, or its socket as in 1-2.4.",
            valueName: "place"))
    var device: String?

    @Flag(help: "Say what the file is, and leave every pod as it is.")
    var check = false

    @Flag(help: "Also a chip that is not secured, which starts whatever it is given: for a board on the bench.")
    var unsecured = false

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let refused as Refused {
            refused.tell()
            exitProcess(1)
        } catch { end(error) }
    }

    func run() throws(Refused) {
        let image = try readFirmware(file)
        say("file: \(image.words)")
        if check { return }
        try Update(image: image, allowsUnsecured: unsecured).run(try findPod(device)) { say($0) }
    }

    /// At once, into a pipe too: what was done must not stand behind the refusal that ended it.
    private func say(_ line: String) {
        guard let output = try? standardStream(1) else { return }
        try? writeAll(Array("ok   \(line)\n".utf8), to: output)
    }
}
