import Foundation
import Linux

/// What a finished program left.
package struct Finished: Sendable {
    package let status: Int32
    package let errors: String
}

private func built(_ program: String) -> URL {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: program)
}

/// A program of this build that runs until its owner goes.
package final class Daemon: Sendable {
    private let process = Process()

    package init(_ program: String, _ arguments: [String]) throws {
        process.executableURL = built(program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    // Not SIGTERM: a test process that runs a store ignores it, and its children inherit that.
    deinit { kill(process.processIdentifier, SIGKILL) }
}

/// Waits until a file of this name is in the folder, at most five minutes.
package func waitForFile(_ name: String, in folder: String) async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        Thread.detachNewThread {
            continuation.resume(with: Result { try waitHere(name, folder) })
        }
    }
}

private func waitHere(_ name: String, _ folder: String) throws {
    let changes = try Inotify()
    try changes.watch(folder, for: [.created, .movedIn])
    let end = Clock.boottime() + 300_000_000_000
    while !FileManager.default.fileExists(atPath: "\(folder)/\(name)") {
        let left = (end - Clock.boottime()) / 1_000_000
        guard left > 0 else { throw CocoaError(.fileNoSuchFile) }
        _ = try poll([(changes.descriptor.number, .readable)], milliseconds: CInt(left))
        _ = try changes.events()
    }
}

/// Runs a program of this build, or one of the system's by its path, and waits without holding a thread.
package func run(_ program: String, _ arguments: [String]) async throws -> Finished {
    let process = Process()
    process.executableURL = program.hasPrefix("/") ? URL(fileURLWithPath: program) : built(program)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let errors = NSTemporaryDirectory() + "obscura-\(UUID().uuidString).log"
    guard FileManager.default.createFile(atPath: errors, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
    defer { try? FileManager.default.removeItem(atPath: errors) }
    process.standardError = FileHandle(forWritingAtPath: errors)
    let (ends, end) = AsyncStream<Void>.makeStream()
    process.terminationHandler = { _ in end.finish() }
    try process.run()
    for await _ in ends {}
    return Finished(
        status: process.terminationStatus, errors: try String(contentsOfFile: errors, encoding: .utf8))
}

/// One round of the real forwarder.
package func forward(_ station: Station, stall: Int = 300, answer: Int = 300) async throws -> Finished {
    try await run(
        "obscura-forward",
        [
            "--outbox", station.outbox, "--inbox", station.inbox, "--once", "--stall", "\(stall)", "--answer",
            "\(answer)",
        ])
}

extension Station {
    /// `last_error` of `forward.json`.
    package func lastError() throws -> String? {
        guard let bytes = received("forward.json") else { return nil }
        let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        return object?["last_error"] as? String
    }
}
