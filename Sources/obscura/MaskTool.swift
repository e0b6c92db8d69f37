import ArgumentParser
import Linux

/// Hands over to `obscura-mask`: this program must not link what looks at pictures.
struct MaskTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mask",
        abstract: "Audit the face mask on labelled pictures, or print its model card.",
        discussion: """
            Runs obscura-mask with the same arguments; it looks at files only and speaks to no station: audit (recall by \
            skin tone and light), card (the model card), regions (what would be overwritten). `obscura mask audit --help` \
            says more.
            """)

    @Argument(parsing: .captureForPassthrough, help: ArgumentHelp("What obscura-mask is to do.", valueName: "words"))
    var words: [String] = []

    func run() throws { try handOver(to: "obscura-mask", as: "mask", words) }
}

/// Becomes another program of the package, one that links what this one must not.
///
/// - Parameter verb: what the user called it.
func handOver(to name: String, as verb: String, _ words: [String]) throws -> Never {
    let places = [try programFolder(), "/usr/libexec/obscura"].map { "\($0)/\(name)" }
    guard let program = places.first(where: canExecute) else {
        throw RefusedByStation(verb, "\(name) is neither at \(places[0]) nor at \(places[1])")
    }
    try becomeProgram(program, words)
}
