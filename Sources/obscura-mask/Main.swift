import ArgumentParser
import DetectLink
import Linux

@main
struct ObscuraMask: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "obscura mask",
        abstract: "Run the station's face search on picture files.",
        discussion: """
            Needs no station: it starts a face detector of its own. Exit status: 0 done, 1 refused, 2 misused.
            """,
        version: "0.1.0",
        subcommands: [Regions.self, AuditCommand.self, CardCommand.self])

    /// ArgumentParser's own exit status for misuse is 64; ours is 2.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let refused as Refused {
            complain("obscura: refused: \(refused.sentence)")
            if let hint = refused.hint { complain("obscura: hint: \(hint)") }
            exitProcess(1)
        } catch let lost as DetectorLost {
            complain("obscura: refused: the face detector failed: \(lost.reason)")
            exitProcess(1)
        } catch let status as ExitCode {
            exitProcess(status.rawValue)
        } catch {
            let text = fullMessage(for: error)
            if exitCode(for: error) == .success {
                print(text)
                exitProcess(0)
            }
            complain(text)
            exitProcess(exitCode(for: error) == .validationFailure ? 2 : 1)
        }
    }
}

/// Why a command did not do what it was asked; one line, lower case, without a full stop.
struct Refused: Error {
    let sentence: String
    let hint: String?

    init(_ sentence: String, hint: String? = nil) {
        self.sentence = sentence
        self.hint = hint
    }
}

/// The detector is gone, and with it every further search.
struct DetectorLost: Error {
    let reason: DetectorError

    init(_ reason: DetectorError) { self.reason = reason }
}
