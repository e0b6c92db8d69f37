import ArgumentParser
import Clinic
import JOSE

struct Open: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open a bundle: every check, then its pictures, index and verdict in a new folder.",
        discussion: "Writes nothing when a check fails. The bundle's own consent names the key that opens it.")

    @OptionGroup var place: Place
    @Argument(help: "The bundle (.obs).") var file: String
    @Option(name: [.long, .short], help: ArgumentHelp("The folder to make.", valueName: "dir")) var out: String

    func run() throws {
        let verdict = try place.open().open(file, into: out, at: now())
        try show(verdict, json: place.json) {
            ["wrote \(verdict.written.count) files to \(out)"]
        }
    }
}

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a bundle with public keys only; opens nothing.")

    @OptionGroup var place: Place
    @Argument(help: "The bundle (.obs).") var file: String

    func run() throws {
        try show(try place.open().verify(file), json: place.json) { ["the bundle is what the station signed"] }
    }
}

/// Prints the table of checks, then what followed from it.
private func show(_ verdict: Verdict, json: Bool, _ end: () -> [String]) throws {
    show(verdict.object, json: json) {
        let rows = verdict.checks.map { [$0.outcome.rawValue, $0.name, $0.detail] }
        return ["bundle \(verdict.bundle.isEmpty ? verdict.file : verdict.bundle)"] + table(rows)
            + (verdict.failure == nil ? end() : [])
    }
    if let failure = verdict.failure { throw ClinicError.checkFailed(failure.name, reason: failure.detail) }
}
