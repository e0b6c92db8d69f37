import ArgumentParser
import Commands
import Linux

@main
struct Obscura: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "obscura",
        abstract: "The technician's and administrator's hand on an imaging station.",
        discussion: """
            Every command speaks to the station's desk over its control socket. Exit status: 0 done, 1 refused, 2 misused.
            """,
        version: "0.1.0",
        subcommands: [
            Status.self, Devices.self, Camera.self, Session.self, Preview.self, Capture.self, Shot.self, Queue.self,
            Verify.self, Enroll.self, Doctor.self, Pod.self, Journal.self, MaskTool.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let refusal as RefusedByStation {
            complain("obscura: refused: \(refusal.refusal.line)")
            if let hint = refusal.refusal.hint { complain("obscura: hint: \(hint)") }
            exitProcess(1)
        } catch { end(error) }
    }
}

/// What every command that asks the station takes.
struct Connection: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The station's control socket.", valueName: "path"))
    var socket: String = environment("OBSCURA_SOCKET") ?? "/run/obscura/control.sock"

    @Flag(name: .long, help: "Print the station's answer as JSON.")
    var json = false

    var desk: Desk { Desk(socket: socket) }
}
