import ArgumentParser
import Clinic
import JOSE
import Linux
import Policy

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a clinic: its keys, its store's certificate, its first policy.",
        discussion: """
            Prints two things once: the root's fingerprint, to be typed at each station, and the escrow identity, to be \
            kept on paper away from this machine. The escrow identity is stored nowhere else.
            """)

    @Option(name: .long, help: ArgumentHelp("The folder to make; otherwise $OBSCURA_CLINIC.", valueName: "dir"))
    var folder: String = environment("OBSCURA_CLINIC") ?? "clinic"
    @Option(name: .long, help: ArgumentHelp("The clinic's name, as in clinic.example.", valueName: "name"))
    var name: String
    @Option(name: .long, help: ArgumentHelp("Where stations reach the store.", valueName: "url"))
    var storeURL = "https://127.0.0.1:8443"
    @Flag(name: .long, help: "Allow software keys and replayed pictures; not for patients.")
    var demonstration = false
    @Flag(name: .long, help: "Print the answer as JSON; it contains the escrow identity.")
    var json = false

    func run() throws {
        let plan = try ClinicPlan(name: name, storeURL: storeURL, kind: demonstration ? .demonstration : .production)
        let made = try ClinicFolder.make(plan, at: folder, now: now())
        let root = try made.folder.rootFingerprint()
        let answer: JSONObject = [
            "folder": .string(folder), "name": .string(plan.name), "kind": .string(plan.kind.rawValue),
            "store": .string(plan.storeURL), "root": .string(root.hex), "escrow": .string(made.escrow),
        ]
        show(answer, json: json) {
            [
                "made clinic \(plan.name) in \(folder) (\(plan.kind.rawValue))",
                "",
                "root fingerprint, to be typed at each station with `obscura enroll`:",
                "  \(root.grouped)",
                "",
                "escrow identity, shown this once and stored nowhere:",
                "  \(made.escrow)",
                "Print it, or copy it to a medium that leaves this machine, and keep it in a safe. Whoever holds it can open",
                "every picture of this clinic; if it is lost together with this machine, nobody can open any.",
                "",
                "next: `obscura-clinic drill --folder \(folder) --escrow -` and type it back in; `serve` waits for that",
            ]
        }
    }
}

struct Drill: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prove that the escrow identity on paper opens this clinic's keys.",
        discussion: "Seals a fresh key as for a consent, opens it with what you typed, and writes down that it worked.")

    @OptionGroup var place: Place
    @Option(name: .long, help: ArgumentHelp("A file with the escrow identity; `-` reads it typed.", valueName: "file"))
    var escrow: String

    func run() throws {
        let clinic = try place.open()
        let time = now()
        try clinic.drill(escrow: try input(escrow, bound: 4096), at: time)
        show(["passed": .integer(time)], json: place.json) { ["the escrow identity opens this clinic's keys"] }
    }
}
