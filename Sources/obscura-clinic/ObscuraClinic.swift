import ArgumentParser
import Clinic
import Foundation
import Linux

@main
struct ObscuraClinic: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "obscura-clinic",
        abstract: "The clinic's side of Obscura: consents, stations, the store, and opening what arrives.",
        discussion: "Exit status: 0 done, 1 refused, 2 misused.",
        version: "0.1.0",
        subcommands: [
            Init.self, Drill.self, PolicyCommand.self, StationCommand.self, ConsentCommand.self, ServiceCommand.self,
            Serve.self, Open.self, Verify.self,
        ])

    /// ArgumentParser's own exit status for misuse is 64; ours is 2.
    static func main() async {
        do {
            // Every command may hold a private key: no core, no ptrace by the same user.
            try forbidDumps()
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let refusal as ClinicError {
            complain("obscura-clinic: refused: \(refusal.sentence)")
            if let hint = refusal.hint { complain("obscura-clinic: hint: \(hint)") }
            exitProcess(1)
        } catch {
            guard exitCode(for: error) != .success else {
                print(fullMessage(for: error))
                exitProcess(0)
            }
            let words = message(for: error)
            complain("obscura-clinic: misused: \(words.prefix(1).lowercased())\(words.dropFirst())")
            complain("obscura-clinic: hint: add --help to see what it takes")
            exitProcess(2)
        }
    }
}

/// What every command on an existing clinic takes.
struct Place: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The clinic's folder.", valueName: "dir"))
    var folder: String = environment("OBSCURA_CLINIC") ?? "clinic"

    @Flag(name: .long, help: "Print the answer as JSON.")
    var json = false

    func open() throws(ClinicError) -> ClinicFolder { try ClinicFolder(path: folder) }
}

/// Seconds since 1970 on the wall clock.
func now() -> Int64 { Clock.realtime() / 1_000_000_000 }
