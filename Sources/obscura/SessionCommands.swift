import ArgumentParser
import Control
import JOSE
import Linux

struct Session: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open, close or withdraw one visit, a patient's or a service visit.",
        subcommands: [Open.self, Close.self, Withdraw.self])

    struct Open: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Open a session under a consent token, or under a service token for a test.",
            discussion:
                "The token is read from a file, or from standard input with `-`; a scanner that types works too.")

        @OptionGroup var connection: Connection
        @Argument(help: "The file that holds the token, or - for standard input.") var token: String

        func run() async throws {
            let text = try InputFile.text(token, bound: 17 * 1024)
            let answer = try connection.desk.post("/v1/session", text: text, type: "application/jwt")
            show(answer, json: connection.json) {
                let isService = answer.text("kind") == "service"
                var lines = isService ? ["service session: a test, no patient before the camera"] : []
                lines += [
                    "session open: \(answer.integer("frames_left")) frames left, "
                        + "until \(answer.text("expires"))",
                    "sites: \(answer.list("sites").joined(separator: ", "))",
                    "modalities: \(answer.list("modalities").joined(separator: ", "))",
                    "face: \(answer.text("face"))",
                ]
                if !isService { lines.append("granted: \(answer.list("granted").joined(separator: ", "))") }
                if !answer.list("denied").isEmpty {
                    lines.append("denied: \(answer.list("denied").joined(separator: ", "))")
                }
                if !answer.list("dropped").isEmpty {
                    lines.append("dropped while offline: \(answer.list("dropped").joined(separator: ", "))")
                }
                return lines
            }
        }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End the visit; its pictures may leave for the clinic.")
        @OptionGroup var connection: Connection

        func run() async throws {
            let answer = try connection.desk.delete("/v1/session")
            show(answer, json: connection.json) {
                [
                    "session closed: \(answer.integer("shots")) shots of this visit, "
                        + "\(answer.integer("delivered")) at the clinic, \(answer.integer("waiting")) waiting"
                ]
            }
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The patient takes the consent back: the camera stops at once.")
        @OptionGroup var connection: Connection

        func run() async throws {
            let answer = try connection.desk.post("/v1/session/withdraw", text: "", type: "text/plain")
            show(answer, json: connection.json) {
                [
                    "consent withdrawn: camera off after \(answer.integer("camera_off_ms")) ms, "
                        + "\(answer.integer("destroyed")) waiting pictures destroyed, "
                        + "\(answer.integer("restricted")) kept for care as restricted"
                ]
            }
        }
    }
}

struct Capture: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take one picture in the open session.")

    @OptionGroup var connection: Connection
    @Option(help: ArgumentHelp("The body site, as in SCT:43067004.", valueName: "code")) var site: String
    @Option(help: ArgumentHelp("DMS (dermoscope) or XC (photograph).", valueName: "code")) var modality: String = "XC"
    @Option(help: ArgumentHelp("A camera's name in the station's configuration.", valueName: "name")) var camera:
        String?

    @Flag(help: "You see that no face is in view. It counts only where the search finds none either.") var noFace =
        false
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Hide this rectangle as well: left, top, width, height in thousandths of the picture. May be repeated.",
            valueName: "x,y,w,h"))
    var cover: [Rectangle] = []

    func run() async throws {
        let wish = ShotWish(
            site: site, modality: modality, camera: camera, noFace: noFace, covers: cover.map(\.cover))
        let progress = ProgressLine("exposing, masking, sealing")
        defer { progress.end() }
        let answer = try connection.desk.post("/v1/shots", object: wish.object)
        progress.end()
        show(answer, json: connection.json) {
            [
                "shot \(answer.integer("seq")) is durable: \(answer.text("outcome")), "
                    + "\(answer.integer("regions")) masked regions, \(answer.integer("frames_left")) frames left",
                "exposed after \(answer.integer("exposed_ms")) ms, durable after \(answer.integer("durable_ms")) ms",
            ]
        }
    }
}

/// `x,y,w,h` as it is typed.
struct Rectangle: ExpressibleByArgument {
    let cover: ShotWish.Cover

    init?(argument: String) {
        let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int64($0) }
        guard numbers.count == 4, let x = numbers[0], let y = numbers[1], let width = numbers[2],
            let height = numbers[3]
        else { return nil }
        cover = ShotWish.Cover(x: x, y: y, width: width, height: height)
    }
}

struct Shot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Do something with a shot that is still on the station.", subcommands: [Void.self])

    struct Void: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replace a waiting shot by a signed tombstone (wrong patient, wrong side).")
        @OptionGroup var connection: Connection
        @Argument(help: "The shot's sequence number.") var sequence: Int64
        @Option(help: ArgumentHelp("Why, in a few words without names.", valueName: "words")) var reason: String

        func run() async throws {
            let answer = try connection.desk.post(
                "/v1/shots/\(sequence)/void", object: ["reason": .string(reason)])
            show(answer, json: connection.json) { ["shot \(sequence) is void; a tombstone goes to the clinic"] }
        }
    }
}
