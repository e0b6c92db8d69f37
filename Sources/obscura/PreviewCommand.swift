import ArgumentParser
import Linux

struct Preview: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write what a camera sees, masked, to standard output for a player.",
        discussion: """
            The pictures come until the player is closed or the session ends, and cost the patient no frame. They are parts \
            of one multipart answer, which players take as moving JPEG:

              obscura preview --site SCT:43067004 | ffplay -f mjpeg -
            """)

    @OptionGroup var connection: Connection
    @Option(
        help: ArgumentHelp(
            "The body site, as in SCT:43067004; without it the one that obscura session site has chosen.",
            valueName: "code"))
    var site: String?
    @Option(help: ArgumentHelp("DMS (dermoscope) or XC (photograph).", valueName: "code")) var modality: String = "XC"
    @Option(help: ArgumentHelp("A camera's name in the station's configuration.", valueName: "name")) var camera:
        String?
    @Option(help: ArgumentHelp("End after so many pictures.", valueName: "count")) var pictures: Int?

    func validate() throws {
        if isTerminal(1) { throw ValidationError("the pictures go to a player: obscura preview … | ffplay -f mjpeg -") }
    }

    func run() async throws {
        let words = [
            ("site", site), ("modality", modality), ("camera", camera), ("pictures", pictures.map(String.init)),
        ]
        let query = words.compactMap { name, value in value.map { "\(name)=\(Self.escaped($0))" } }
        let output = try standardStream(1)
        try connection.desk.stream("/v1/preview?" + query.joined(separator: "&")) { piece in
            // A player that is closed ends the view; it is no failure.
            (try? writeAll(piece, to: output)) != nil
        }
    }

    /// As RFC 3986 wants a value in a query: all but unreserved characters as `%` and two hexadecimal digits.
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            if character.isASCII, character.isLetter || character.isNumber || "-._~".contains(character) {
                return String(character)
            }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }
}
