import Foundation
import KeyLink
import Linux
import Testing

@Suite(.enabled(if: SimulatedTPM.isInstalled, "swtpm is not installed"), .serialized)
struct `The service obscura-keys` {
    @Test func `answers one user alone`() throws {
        let keys = try RunningKeys(SimulatedTPM(), peer: currentUser() + 1)
        #expect(throws: KeyLinkError.self) { try keys.identify() }
        #expect(keys.isRunning)
        keys.kill()
        #expect(try keys.complaints().contains("refused: a connection by user \(currentUser())"))
    }

    @Test func `refuses hostile messages and lives on`() throws {
        let keys = try RunningKeys(SimulatedTPM())
        for message in [[], [0], [0xff], [1, 0], [2], [UInt8](repeating: 2, count: 34), [6], [6, 1], [6, 9, 9]] {
            let stream = try UnixStream(connecting: keys.socket)
            try stream.send(message)
            let bytes = try stream.receive(bound: KeyReply.bound, milliseconds: 5000)
            let reply = try KeyReply(parsing: bytes.span)
            #expect(reply.refusal == .malformed)
        }
        for prefix: [UInt8] in [[0xff, 0xff, 0xff, 0xff], [0, 1, 0, 3], [0, 0, 0], [0, 0, 0, 9, 1]] {
            let stream = try UnixStream(connecting: keys.socket)
            try writeAll(prefix, to: stream.descriptor)
        }
        _ = try keys.identify()
    }

    @Test func `serves a client that connects again after another came between`() throws {
        let keys = try RunningKeys(SimulatedTPM())
        let key = try keys.identify()
        var other = KeyClient(path: keys.socket)
        #expect(try other.identify() == key)
        #expect(try keys.identify() == key)
        #expect(try other.identify() == key)
    }

    @Test func `waits for a TPM that is away when it starts, and says so`() throws {
        let keys = try RunningKeys(SimulatedTPM())
        let key = try keys.identify()
        keys.kill()
        keys.tpm.stop()
        try keys.start()
        #expect(throws: KeyLinkError.absent) { try keys.identify() }
        #expect(throws: KeyLinkError.absent) { try keys.stateKey() }
        #expect(try keys.complaints().contains("obscura-keys: no keys yet: no TPM: "))
        #expect(try keys.complaints().contains("hint: switch the TPM on"))
        try keys.tpm.start()
        #expect(try keys.identify() == key)
    }

    @Test func `does not start on a state folder that is missing, damaged or another station's`() throws {
        let keys = try RunningKeys(SimulatedTPM())
        _ = try keys.sign(Documents(keys).manifest(1), .manifest)
        keys.kill()
        #expect(
            try RunningKeys.outcome(of: keys.options(station: "derm-04")).errors
                .hasPrefix("obscura-keys: refused: the state folder belongs to station derm-03"))
        var elsewhere = keys.options()
        elsewhere[3] = keys.state.path + "/missing"
        #expect(
            try RunningKeys.outcome(of: elsewhere).errors
                == "obscura-keys: refused: the state folder: open: No such file or directory\n")
        for name in ["sequences", "station"] {
            let file = keys.state.appending(path: name)
            let bytes = try Data(contentsOf: file)
            for damaged in [nil, bytes.dropLast(), Data("x".utf8) + bytes] {
                if let damaged { try damaged.write(to: file) } else { try FileManager.default.removeItem(at: file) }
                let outcome = try RunningKeys.outcome(of: keys.options())
                #expect(outcome.status == 1)
                #expect(
                    outcome.errors.hasPrefix("obscura-keys: refused: the state folder: \(name) is damaged or missing"))
            }
            try bytes.write(to: file)
        }
        try keys.start()
        _ = try keys.identify()
    }

    @Test(arguments: [
        ([], "option --tcti is missing"),
        (["--tcti"], "option --tcti needs a value"),
        (["--verbose"], "unknown option --verbose"),
        (["--software", "--software"], "option --software stands twice"),
    ]) func `is misused by a wrong command line`(options: [String], sentence: String) throws {
        let outcome = try RunningKeys.outcome(of: options)
        #expect(outcome.status == 2)
        #expect(outcome.errors.hasPrefix("obscura-keys: misused: \(sentence)\n"))
    }

    @Test func `never calls a simulator's keys the TPM's`() throws {
        let outcome = try RunningKeys.outcome(of: [
            "--tcti", "swtpm:port=1", "--state", "/", "--socket", "/", "--peer-uid", "0", "--station", "derm-03",
        ])
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("option --tcti cannot be swtpm:port=1 without --software"))
    }
}
