import Clinic
import Consent
import Foundation
import JOSE
import Policy
import Testing

/// What a run of the program came to.
private struct Run {
    let status: Int32
    let output: String
    let errors: String
}

/// Runs the program that was built beside the tests, to its end.
private func run(_ arguments: String..., input: String = "") throws -> Run {
    let process = Process()
    process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "obscura-clinic")
    process.arguments = arguments
    let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (stdin, stdout, stderr)
    try process.run()
    try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    let output = String(decoding: try stdout.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    let errors = String(decoding: try stderr.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return Run(status: process.terminationStatus, output: output, errors: errors)
}

@Suite struct `The clinic's program` {
    @Test func `goes from nothing to a consent that a station takes`() throws {
        let folder = NSTemporaryDirectory() + "program-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let made = try run("init", "--folder", folder, "--name", "clinic.example", "--demonstration", "--json")
        #expect(made.status == 0)
        guard case .object(let answer) = try JSON(parsing: Array(made.output.dropLast().utf8), bound: 65_536),
            case .string(let escrow)? = answer["escrow"], case .string(let root)? = answer["root"]
        else {
            Issue.record("not the answer: \(made.output)")
            return
        }
        let early = try run("serve", "--folder", folder)
        #expect(early.status == 1)
        #expect(early.errors.hasPrefix("obscura-clinic: refused: the restore drill was not passed\n"))
        #expect(try run("drill", "--folder", folder, "--escrow", "-", input: escrow + "\n").status == 0)
        let key = String(repeating: "5a", count: 32)
        let approved = try run(
            "station", "approve", "derm-03", "--folder", folder, "--fingerprint", key, "--keys", "software", "--yes")
        #expect(approved.status == 0)
        let issued = try run("consent", "issue", "--folder", folder, "--station", "derm-03", "--patient", "pt_7Q2K9M4T")
        #expect(issued.status == 0)
        #expect(issued.errors == "")

        let policy = try ClinicPolicy(
            verifying: try ClinicFolder(path: folder).read("policy.jws"), pinnedRoot: try Fingerprint(hex: root),
            notOlderThan: nil)
        let now = Int64(Date().timeIntervalSince1970)
        let token = try ConsentToken(
            verifying: Array(issued.output.dropLast().utf8), policy: policy, station: "derm-03", now: now)
        #expect(token.claims.capture.scope.maxFrames == 60)
        #expect(throws: ConsentError.audience(["obscura:derm-03"])) {
            try ConsentToken(verifying: token.bytes, policy: policy, station: "derm-04", now: now)
        }
    }

    @Test func `tells misuse from refusal`() throws {
        #expect(try run("consent", "issue").status == 2)
        #expect(try run("policy", "show", "--folder", "/nonexistent").status == 1)
        #expect(try run("--help").status == 0)
    }
}
