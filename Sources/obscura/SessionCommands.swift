import ArgumentParser
import Control
import JOSE
import Linux

struct Session: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open, close or withdraw one visit, a patient's or a service visit.",
        subcommands: [Open.self, Site.self, Close.self, Withdraw.self])

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
                return lines + removed(answer)
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
                ] + removed(answer)
            }
        }
    }

    struct Site: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Choose the site of the shots that name none: those of a pedal or a button.",
            discussion:
                "Without an argument it is the next of the consent's sites, as when the pedal is held for 0.6 seconds.")
        @OptionGroup var connection: Connection
        @Argument(help: "The body site, as in SCT:43067004.") var site: String?

        func run() async throws {
            var wish: JSONObject = [:]
            if let site { wish.set("site", .string(site)) }
            let answer = try connection.desk.post("/v1/session/site", object: wish)
            show(answer, json: connection.json) {
                ["next: \(answer.text("site")), of \(answer.list("sites").joined(separator: ", "))"]
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
                ] + removed(answer)
            }
        }
    }
}

/// What a session's beginning or end removed, unread.
private func removed(_ answer: JSONObject) -> [String] {
    let files = answer.integer("scan_files_removed")
    return files == 0
        ? [] : ["\(files) files that a scanner had left were removed unread; the scanner may keep a copy of its own"]
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
