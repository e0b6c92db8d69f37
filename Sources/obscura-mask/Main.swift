import ArgumentParser
import Commands
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

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let refused as Refused {
            refused.tell()
            exitProcess(1)
        } catch let lost as DetectorLost {
            complain("obscura: refused: the face detector failed: \(lost.reason)")
            exitProcess(1)
        } catch { end(error) }
    }
}

/// The detector is gone, and with it every further search.
struct DetectorLost: Error {
    let reason: DetectorError

    init(_ reason: DetectorError) { self.reason = reason }
}
