import Dispatch
import Foundation
import Linux
import Testing

@testable import DetectLink

/// The built worker as a process of its own.
private final class WorkerProcess {
    let process = Process()
    let errors = Pipe()
    private let ready: Descriptor
    private let ended = DispatchSemaphore(value: 0)

    /// Starts it and waits, at most a minute, for the READY=1 that it gives after its self-test, or for its end.
    init(socket: String, peer: UInt32 = currentUser(), model: String = Detector.modelPath) throws {
        let notify = socket + ".notify"
        ready = try Self.notifySocket(notify)
        process.executableURL = URL(filePath: Detector.worker)
        process.arguments = [
            "--engine", Detector.engine, "--model", model, "--socket", socket, "--peer-uid", "\(peer)",
        ]
        process.environment = ["NOTIFY_SOCKET": notify]
        process.standardError = errors
        let ended = ended
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        for _ in 0..<600 where process.isRunning {
            if try !poll([(ready.number, .readable)], milliseconds: 100)[0].isEmpty { break }
        }
    }

    deinit { kill() }

    /// Waits for the end without a run loop, which a test's thread does not have.
    private func waitForEnd() { ended.wait() }

    private static func notifySocket(_ path: String) throws -> Descriptor {
        let socket = Descriptor(
            owning: try check("socket") {
                Glibc.socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
            })
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
        _ = unsafe unlink(path)
        try check("bind") {
            unsafe withUnsafePointer(to: address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(socket.number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
        return socket
    }

    /// Its one line, after it has ended.
    func lastWords() throws -> String {
        waitForEnd()
        return String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }

    func kill() {
        guard process.isRunning else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        waitForEnd()
    }
}

@Suite(
    .serialized, .enabled(if: Detector.isThere, "run Drivers/setup/detector, or name its folder in OBSCURA_DETECTOR"))
struct `The detection worker` {
    private let plane = try! DetectionPlane(width: 320, height: 256, threshold: 6553)
    private var grey: [UInt8] { [UInt8](repeating: 128, count: plane.byteCount) }

    @Test func `passes its self-test and sees no face in grey`() throws {
        let folder = try SocketFolder()
        let worker = try WorkerProcess(socket: folder.socket)
        var link = DetectorLink(path: folder.socket, worker: currentUser())
        for _ in 0..<3 {
            #expect(try link.detect([plane], pixels: grey.span, milliseconds: 60000) == [[]])
        }
        #expect(worker.process.isRunning)
    }

    @Test func `is a typed error when killed, and another one is found`() throws {
        let folder = try SocketFolder()
        let first = try WorkerProcess(socket: folder.socket)
        var link = DetectorLink(path: folder.socket, worker: currentUser())
        #expect(try link.detect([plane], pixels: grey.span, milliseconds: 60000) == [[]])
        first.kill()
        let error = #expect(throws: DetectorError.self) {
            try link.detect([plane], pixels: grey.span, milliseconds: 60000)
        }
        #expect(error == .died)
        let second = try WorkerProcess(socket: folder.socket)
        #expect(try link.detect([plane], pixels: grey.span, milliseconds: 60000) == [[]])
        #expect(second.process.isRunning)
    }

    @Test func `serves no other user and stays`() throws {
        let folder = try SocketFolder()
        let worker = try WorkerProcess(socket: folder.socket, peer: currentUser() + 1)
        var link = DetectorLink(path: folder.socket, worker: currentUser())
        let error = #expect(throws: DetectorError.self) {
            try link.detect([plane], pixels: grey.span, milliseconds: 60000)
        }
        #expect(error == .died)
        #expect(worker.process.isRunning)
    }

    @Test func `stays when its client dies in the middle of a request`() throws {
        let folder = try SocketFolder()
        let worker = try WorkerProcess(socket: folder.socket)
        let request = try DetectionRequest(identifier: 1, planes: [plane])
        for step in 0..<3 {
            let stream = try UnixStream(connecting: folder.socket)
            if step == 0 {
                _ = try check("write") { unsafe write(stream.descriptor.number, [0, 0, 0], 3) }
            } else {
                try stream.send(request.message)
                guard step == 2 else { continue }
                let file = try MemoryFile(name: "test", count: plane.byteCount)
                try stream.send(descriptor: file.descriptor)
            }
        }
        var link = DetectorLink(path: folder.socket, worker: currentUser())
        #expect(try link.detect([plane], pixels: grey.span, milliseconds: 60000) == [[]])
        #expect(worker.process.isRunning)
    }

    @Test func `is looked for as often as one likes without a new connection`() throws {
        let folder = try SocketFolder()
        let worker = try WorkerProcess(socket: folder.socket)
        var link = DetectorLink(path: folder.socket, worker: currentUser())
        // More often than the listener's queue is long.
        var seen = 0
        for _ in 0..<200 where link.isReachable() { seen += 1 }
        #expect(seen == 200)
        #expect(try link.detect([plane], pixels: grey.span, milliseconds: 60000) == [[]])
        worker.kill()
        let after = link.isReachable()
        #expect(!after)
    }

    @Test func `dies of a message that is no request`() throws {
        let folder = try SocketFolder()
        let worker = try WorkerProcess(socket: folder.socket)
        let stream = try UnixStream(connecting: folder.socket)
        try stream.send([UInt8](repeating: 1, count: 20))
        #expect(try worker.lastWords() == "obscura-detect: stopped: notThisProtocol\n")
        #expect(worker.process.terminationStatus == 1)
    }

    @Test func `dies of a memory file of another size`() throws {
        let folder = try SocketFolder()
        let worker = try WorkerProcess(socket: folder.socket)
        let stream = try UnixStream(connecting: folder.socket)
        try stream.send(DetectionRequest(identifier: 1, planes: [plane]).message)
        let file = try MemoryFile(name: "test", count: plane.byteCount - 1)
        try stream.send(descriptor: file.descriptor)
        #expect(try worker.lastWords() == "obscura-detect: stopped: length(\(plane.byteCount - 1))\n")
        #expect(worker.process.terminationStatus == 1)
    }

    @Test func `does not start with another model`() throws {
        let folder = try SocketFolder()
        let other = folder.path + "/other.onnx"
        try Data((try Detector.model()).dropLast() + [0]).write(to: URL(filePath: other))
        let worker = try WorkerProcess(socket: folder.socket, model: other)
        #expect(try worker.lastWords().hasPrefix("obscura-detect: stopped: otherModel("))
        #expect(worker.process.terminationStatus == 1)
    }

    @Test func `leaves no way to its memory`() throws {
        let folder = try SocketFolder()
        let worker = try WorkerProcess(socket: folder.socket)
        let limits = try String(contentsOfFile: "/proc/\(worker.process.processIdentifier)/limits", encoding: .utf8)
        let core = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
        #expect(core.split(separator: " ").dropFirst(4).prefix(2) == ["0", "0"])
    }

    @Test func `lets its alarm through, whatever its starter had blocked`() throws {
        let folder = try SocketFolder()
        let worker = try WorkerProcess(socket: folder.socket)
        let status = try String(contentsOfFile: "/proc/\(worker.process.processIdentifier)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("SigBlk:") })
        let blocked = try #require(UInt64(line.split(separator: "\t")[1], radix: 16))
        #expect(blocked & (1 << UInt64(SIGALRM - 1)) == 0)
    }
}
