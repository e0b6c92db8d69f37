import ArgumentParser
import Control
import JOSE
import Linux

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "How the station is.")
    @OptionGroup var connection: Connection
    @Flag(help: "Fill the terminal with it, once a second, until interrupted.") var watch = false

    func validate() throws {
        if watch, connection.json { throw ValidationError("--watch is for people, --json for programs") }
        if watch, !isTerminal(1) { throw ValidationError("--watch needs a terminal") }
    }

    func run() async throws {
        guard watch else {
            let answer = try connection.desk.get("/v1/status")
            show(answer, json: connection.json) { Self.lines(answer) }
            return
        }
        // From an empty screen; then each line is written over the last one, so that nothing flickers.
        let terminal = try standardStream(1)
        try writeAll(Array("\u{1B}[2J".utf8), to: terminal)
        while true {
            let lines: [String]
            do { lines = Self.lines(try connection.desk.get("/v1/status")) } catch let error as RefusedByStation {
                lines = [error.refusal.line, error.refusal.hint ?? ""]
            }
            try writeAll(
                Array(("\u{1B}[H" + lines.map { "\($0)\u{1B}[K\n" }.joined() + "\u{1B}[J").utf8), to: terminal)
            wait(milliseconds: 1000)
        }
    }

    private static func lines(_ answer: JSONObject) -> [String] {
        let session = answer.object("session")
        let queue = answer.object("queue")
        let keys = answer.object("keys")
        let policy = answer.object("policy")
        let cameras = answer.object("cameras")
        let alarms = answer.list("alarms")
        return [
            "station   \(answer.text("station")) (\(answer.text("mode"))), version \(answer.text("version"))",
            "keys      \(keys.text("state")), \(keys.text("origin")), fingerprint \(keys.text("fingerprint"))",
            "policy    version \(policy.integer("version")), station \(policy.text("station"))",
            "session   \(session.text("state"))"
                + (session.text("kind") == "service" ? ", a test without a patient" : "")
                + (session.text("state") == "open" ? ", \(session.integer("frames_left")) frames left" : ""),
            "cameras   \(cameras.integer("present")) of \(cameras.integer("configured")) plugged in"
                + (cameras.integer("off") > 0 ? ", \(cameras.integer("off")) without power until it is used" : ""),
            "detector  \(answer.text("detector"))",
        ] + (answer["pod"] == nil ? [] : [pod(answer.object("pod"))]) + answer.objects("scanners").map(scanner) + [
            "shots     \(answer.integer("shots")) taken, \(answer.integer("delivered")) at the clinic, "
                + "\(answer.integer("refusals")) refusals",
            "queue     \(queue.integer("waiting")) waiting, oldest \(queue.integer("oldest_seconds")) s, "
                + "\(queue.integer("bytes")) bytes",
            "delivery  \(delivery(answer))",
            "disk      \(answer.object("disk").integer("free_bytes") >> 20) MiB free",
            "clock     "
                + (answer.object("clock")["sound"] == .bool(true) ? "sound" : "behind the signed times: set it"),
        ] + alarms.map { "ALARM     \($0)" }
    }

    private static func pod(_ pod: JSONObject) -> String {
        let state = pod.text("state")
        let isWrong = ["absent", "fault"].contains(state)
        return "pod       \(state)" + (isWrong ? ": \(pod.text("line")) (obscura doctor)" : "")
    }

    private static func scanner(_ scanner: JSONObject) -> String {
        let (used, free) = (scanner.integer("bytes"), scanner.integer("free_bytes"))
        let state = scanner.text("state")
        return "scanner   \(scanner.text("name")): "
            + (state == "ready"
                ? "\(scanner.integer("files")) files of \(used >> 20) MiB wait, room for \(free >> 20) MiB"
                : "\(state) (obscura doctor)")
    }

    private static func delivery(_ answer: JSONObject) -> String {
        let delivery = answer.object("delivery")
        let word = delivery.text("last_error")
        guard !word.isEmpty else { return "works" }
        let since = delivery.integer("since")
        let seconds = max(0, answer.object("clock").integer("now") - since)
        return "fails: \(word)" + (since > 0 ? " for \(seconds) s" : "") + " (obscura doctor)"
    }
}

struct Queue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The bundles that wait on this station.")
    @OptionGroup var connection: Connection

    func run() async throws {
        let answer = try connection.desk.get("/v1/queue")
        show(answer, json: connection.json) {
            let bundles = answer.objects("bundles")
            return bundles.isEmpty
                ? ["nothing waits"]
                : bundles.map {
                    "\($0.integer("seq"))  \($0.text("state"))  \($0.integer("bytes")) bytes  \($0.text("bundle"))"
                }
        }
    }
}

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Check the station, one line a check.")
    @OptionGroup var connection: Connection

    func run() async throws {
        let answer = try connection.desk.get("/v1/doctor")
        let checks = answer.objects("checks")
        show(answer, json: connection.json) {
            checks.map { check in
                let line =
                    "\(check.text("state") == "ok" ? "ok  " : "FAIL") \(check.text("name")): \(check.text("line"))"
                return check.text("mend").isEmpty ? line : line + " (\(check.text("mend")))"
            }
        }
        if checks.contains(where: { $0.text("state") != "ok" }) { throw ExitCode(1) }
    }
}

struct Journal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The last records of the station's journal.")
    @OptionGroup var connection: Connection
    @Option(help: ArgumentHelp("How many records.", valueName: "number")) var last: Int64 = 50

    func run() async throws {
        let answer = try connection.desk.get("/v1/journal?last=\(last)")
        show(answer, json: connection.json) {
            answer.objects("records").map { record in
                let rest = record.members.filter { !["n", "at", "event", "prev"].contains($0.key) }
                    .map { "\($0.key)=\($0.value.plain)" }
                return (["\(record.integer("n"))", "\(record.integer("at"))", record.text("event")] + rest)
                    .joined(separator: "  ")
            }
        }
    }
}
