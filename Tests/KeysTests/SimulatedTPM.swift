import Foundation
import Linux

/// A software TPM of its own on the loopback interface, with a folder that is deleted at the end.
final class SimulatedTPM {
    let folder: URL
    private var port = 0
    private var process: Process?

    static let isInstalled = program("swtpm") != nil && program("swtpm_ioctl") != nil
    static let hasTools = isInstalled && program("tpm2_pcrextend") != nil

    var tcti: String { "swtpm:host=127.0.0.1,port=\(port)" }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "obscura-keys-\(UUID().uuidString)")
        for name in ["tpm", "state"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        // Two neighbours, for commands and for control; a taken one shows when the simulator ends at once.
        for _ in 0..<10 {
            port = Int.random(in: 10_000..<16_000) * 2
            do {
                try start()
                return
            } catch Failure.ended {}
        }
        throw Failure.ended
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(at: folder)
    }

    func start() throws {
        let simulator = Process()
        simulator.executableURL = Self.program("swtpm")
        simulator.arguments = [
            "socket", "--tpm2", "--tpmstate", "dir=\(folder.path)/tpm", "--flags", "not-need-init,startup-clear",
            "--server", "type=tcp,port=\(port),bindaddr=127.0.0.1",
            "--ctrl", "type=tcp,port=\(port + 1),bindaddr=127.0.0.1",
        ]
        simulator.standardError = FileHandle.nullDevice
        try simulator.run()
        process = simulator
        // Asking over the control port does not occupy the command port.
        try wait { (try? self.control("-c")) != nil || !simulator.isRunning }
        guard simulator.isRunning else { throw Failure.ended }
    }

    /// Stops the simulator as a pulled plug would.
    func stop() {
        guard let process else { return }
        // Not SIGTERM: a child starts with the signals blocked that its parent's thread had blocked.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// Forgets everything it knew, as another chip in its place would.
    func replace() throws {
        stop()
        try FileManager.default.removeItem(at: folder.appending(path: "tpm"))
        try FileManager.default.createDirectory(
            at: folder.appending(path: "tpm"), withIntermediateDirectories: false)
        try start()
    }

    /// Resets the TPM under its user's feet: sessions and transient objects are gone.
    func reset() throws { try control("-i") }

    private func control(_ option: String) throws {
        try Self.run("swtpm_ioctl", ["--tcp", "127.0.0.1:\(port + 1)", option])
    }

    /// Runs one of tpm2-tools; nobody else may be connected.
    func tool(_ name: String, _ arguments: String...) throws {
        try Self.run(name, ["-T", tcti] + arguments)
    }

    private static func run(_ name: String, _ arguments: [String]) throws {
        let tool = Process()
        tool.executableURL = program(name)
        tool.arguments = arguments
        tool.standardOutput = FileHandle.nullDevice
        tool.standardError = FileHandle.nullDevice
        try tool.run()
        tool.waitUntilExit()
        guard tool.terminationStatus == 0 else { throw Failure.tool(name) }
    }

    private static func program(_ name: String) -> URL? {
        ["/usr/bin/", "/usr/local/bin/", "/usr/sbin/"].map { $0 + name }
            .first { FileManager.default.isExecutableFile(atPath: $0) }.map { URL(filePath: $0) }
    }

    enum Failure: Error {
        case ended
        case tool(String)
        case tooLate
    }
}

/// Asks every five milliseconds until the answer is yes, at most twenty seconds.
func wait(until isTrue: () throws -> Bool) throws {
    let deadline = Clock.boottime() + 20_000_000_000
    while try !isTrue() {
        guard Clock.boottime() < deadline else { throw SimulatedTPM.Failure.tooLate }
        _ = try poll([], milliseconds: 5)
    }
}
