import Foundation
import KeyLink
import Linux

/// The real `obscura-keys` beside a simulated TPM, and a client of it.
final class RunningKeys {
    let tpm: SimulatedTPM
    private var process: Process?
    private var client: KeyClient
    private let errors: FileHandle

    private static let program = URL(
        filePath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    )
    .deletingLastPathComponent().appending(path: "obscura-keys")

    var socket: String { tpm.folder.appending(path: "socket").path }
    var state: URL { tpm.folder.appending(path: "state") }

    init(_ tpm: SimulatedTPM, peer: UInt32 = currentUser()) throws {
        self.tpm = tpm
        client = KeyClient(path: tpm.folder.appending(path: "socket").path)
        let file = tpm.folder.appending(path: "errors")
        try Data().write(to: file)
        errors = try FileHandle(forWritingTo: file)
        try start(peer: peer)
    }

    deinit { kill() }

    func start(peer: UInt32 = currentUser()) throws {
        try? FileManager.default.removeItem(atPath: socket)
        let keys = try Self.launch(options(peer: peer), errors: errors)
        process = keys
        try wait { self.isListening || !keys.isRunning }
        guard keys.isRunning else { throw SimulatedTPM.Failure.ended }
    }

    private var isListening: Bool {
        do {
            _ = try UnixStream(connecting: socket)
            return true
        } catch { return false }
    }

    /// Ends it as a crash would.
    func kill() {
        guard let process else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    var isRunning: Bool { process?.isRunning ?? false }

    func options(peer: UInt32 = currentUser(), station: String = "derm-03") -> [String] {
        [
            "--tcti", tpm.tcti, "--state", state.path, "--socket", socket, "--peer-uid", "\(peer)",
            "--station", station, "--software",
        ]
    }

    /// Runs the program to its end.
    static func outcome(of options: [String]) throws -> (status: Int32, errors: String) {
        let pipe = Pipe()
        let keys = try launch(options, errors: pipe)
        let text = try pipe.fileHandleForReading.readToEnd() ?? Data()
        keys.waitUntilExit()
        return (keys.terminationStatus, String(decoding: text, as: UTF8.self))
    }

    private static func launch(_ options: [String], errors: Any) throws -> Process {
        let keys = Process()
        keys.executableURL = program
        keys.arguments = options
        keys.standardError = errors
        try keys.run()
        return keys
    }

    /// What it has written to standard error so far.
    func complaints() throws -> String {
        try String(contentsOf: tpm.folder.appending(path: "errors"), encoding: .utf8)
    }

    func identify() throws(KeyLinkError) -> StationKey { try client.identify() }
    func epoch() throws(KeyLinkError) -> UInt64 { try client.epoch() }
    func raiseEpoch() throws(KeyLinkError) -> UInt64 { try client.raiseEpoch() }

    func mix(_ byte: UInt8) throws(KeyLinkError) -> [UInt8] {
        let secret = try client.mix([UInt8](repeating: byte, count: 32))
        return array(secret.span)
    }

    func stateKey() throws(KeyLinkError) -> [UInt8] {
        let secret = try client.stateKey()
        return array(secret.span)
    }

    func bind(_ root: [UInt8]) throws(KeyLinkError) { try client.bind(root) }
    func firmware() throws(KeyLinkError) -> [UInt8] { try client.firmware() }
    func approve(_ signature: [UInt8]) throws(KeyLinkError) { try client.approve(signature) }
    func renew() throws(KeyLinkError) -> StationKey { try client.renew() }

    func adopt(_ stateKey: [UInt8]) throws(KeyLinkError) { try client.adopt(stateKey) }

    func sign(_ text: String, _ kind: DocumentKind) throws(KeyLinkError) -> StationSignature {
        try client.sign(Array(text.utf8), as: kind)
    }
}

func array(_ bytes: Span<UInt8>) -> [UInt8] { (0..<bytes.count).map { bytes[$0] } }
