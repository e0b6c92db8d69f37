import ArgumentParser
import Control
import JOSE

struct Pod: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The capture pod: pedal, lights and recording lamp.",
        subcommands: [PodStatus.self, PodTest.self, PodUpdate.self])
}

struct PodStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Whether the pod is there, and what it counted.")
    @OptionGroup var connection: Connection

    func run() async throws {
        let answer = try connection.desk.get("/v1/pod")
        show(answer, json: connection.json) {
            let firmware = answer.text("firmware")
            return [
                "pod       \(answer.text("state")): \(answer.text("line"))",
                "device    \(answer.text("device"))"
                    + (firmware.isEmpty ? "" : ", serial \(answer.text("serial")), firmware \(firmware)"),
                "presses   \(answer.integer("pressed")) taken, \(answer.integer("late")) too late, "
                    + "\(answer.integer("unwanted")) without a session",
                "events    \(answer.integer("lost") + answer.integer("dropped")) lost",
            ]
        }
        if ["absent", "fault"].contains(answer.text("state")) { throw ExitCode(1) }
    }
}

struct PodTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Try recording lamp, lights and tones, each for a moment; not during a visit.",
        discussion: "Ultraviolet is not tried.")
    @OptionGroup var connection: Connection

    func run() async throws {
        let answer = try connection.desk.post("/v1/pod/test", text: "", type: "text/plain")
        let checks = answer.objects("checks")
        show(answer, json: connection.json) {
            checks.map { check in
                let word = check.text("state") == "ok" ? "ok  " : "FAIL"
                let mend = check.text("mend").isEmpty ? "" : " (\(check.text("mend")))"
                return "\(word) \(check.text("name")): \(check.text("line"))\(mend)"
            }
        }
        if checks.contains(where: { $0.text("state") != "ok" }) { throw ExitCode(1) }
    }
}

/// Hands over to `obscura-pod-update`: this program must not link what speaks to USB devices.
struct PodUpdate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Load a signed firmware into the pod, through the chip's own loader.",
        discussion: """
            Runs obscura-pod-update with the same arguments, as root and with obscura-capture stopped; `obscura pod update \
            --help` says more.
            """)

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("The firmware and what obscura-pod-update is to do.", valueName: "words"))
    var words: [String] = []

    func run() throws { try handOver(to: "obscura-pod-update", as: "pod update", words) }
}
