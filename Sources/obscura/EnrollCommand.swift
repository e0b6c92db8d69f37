import ArgumentParser
import Control
import Foundation
import JOSE

struct Enroll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Pin the clinic's root and take its policy, or go on after the hardware or the disk changed.",
        discussion: """
            The first time: --root and --policy. The fingerprint is what `obscura-clinic init` printed: 64 hex \
            characters, spaces do not matter.

            After a firmware update that changed Secure Boot's state, on another mainboard, or with a disk that was put \
            back: --recover writes a request; the clinic answers it with `obscura-clinic station recover`; --recover \
            --word takes the answer. Pictures that wait and frames that were charged stay as they are.
            """)

    @OptionGroup var connection: Connection
    @Option(help: ArgumentHelp("The clinic root's fingerprint.", valueName: "hex")) var root: String?
    @Option(help: ArgumentHelp("The clinic's policy.jws.", valueName: "file")) var policy: String?
    @Flag(help: "Go on after the hardware or the disk changed.") var recover = false
    @Option(help: ArgumentHelp("Where the request for the clinic goes.", valueName: "file"))
    var request = "obscura-recovery.json"
    @Option(help: ArgumentHelp("The clinic's answer.", valueName: "file")) var word: String?

    func validate() throws {
        if recover {
            guard root == nil, policy == nil else { throw ValidationError("--recover takes no --root and no --policy") }
        } else {
            guard word == nil else { throw ValidationError("--word goes with --recover") }
            guard root != nil, policy != nil else { throw ValidationError("--root and --policy, or --recover") }
        }
    }

    func run() async throws {
        if let word { return try resume(word) }
        if recover { return try ask() }
        let hex = (root ?? "").filter { !$0.isWhitespace && $0 != ":" && $0 != "-" }.lowercased()
        guard (try? Fingerprint(hex: hex)) != nil else {
            throw ValidationError("--root takes 64 hex characters, this has \(hex.count)")
        }
        let text = try InputFile.text(policy ?? "", bound: 200 * 1024)
        let answer = try connection.desk.post(
            "/v1/enrolment", object: ["root": .string(hex), "policy": .string(text)])
        show(answer, json: connection.json) {
            [
                "clinic \(answer.text("clinic")) is pinned; policy version \(answer.integer("version"))",
                "this station's fingerprint, to be approved at the clinic: \(answer.text("fingerprint"))",
                "state: \(answer.text("state"))",
            ]
        }
    }

    private func ask() throws {
        let answer = try connection.desk.post("/v1/recovery-request", object: [:])
        do { try Data(answer.object("request").canonical).write(to: URL(filePath: request), options: .atomic) } catch {
            throw ValidationError("\(request) cannot be written")
        }
        show(answer, json: connection.json) {
            [
                "the request for the clinic: \(request)",
                "this station's fingerprint, to be typed at the clinic: \(answer.text("fingerprint"))",
                answer.text("former").isEmpty
                    ? "its key is the one that the clinic knows"
                    : "it has a new key on this TPM; the clinic knows it as \(answer.text("former"))",
            ]
        }
    }

    private func resume(_ file: String) throws {
        let text = try InputFile.text(file, bound: 32 * 1024)
        let answer = try connection.desk.post("/v1/recovery", object: ["word": .string(text)])
        show(answer, json: connection.json) {
            [
                "recovered: sessions can open again; the next picture has number \(answer.integer("next_seq"))",
                "state: \(answer.text("state"))",
            ]
        }
    }
}
