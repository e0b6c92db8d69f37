import Foundation
import Linux
import Testing

@testable import DetectLink

/// A folder for one test's socket.
struct SocketFolder: ~Copyable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "obscura-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var socket: String { path + "/detect.sock" }
}

private let planes = [try! DetectionPlane(width: 32, height: 32, threshold: 6553)]
private let pixels = [UInt8](repeating: 128, count: 32 * 32 * 3)

/// Answers one client on a thread of its own, as a worker that has gone wrong would.
private func pretend(_ socket: String, _ answer: @escaping @Sendable (borrowing UnixStream, [UInt8]) throws -> Void)
    throws
{
    let listener = try UnixListener(path: socket, mode: 0o600).descriptor.duplicate().release()
    Thread.detachNewThread {
        let listener = UnixListener(inherited: Descriptor(owning: listener))
        guard let client = try? listener.accept() else { return }
        guard let message = try? client.receive(bound: 4096), let _ = try? client.receiveDescriptor().number else {
            return
        }
        try? answer(client, message)
        // Stays open until the other side closes: silence, not a hang-up.
        _ = try? client.receive(bound: 1)
    }
}

@Suite struct `A detector link` {
    private func detect(_ socket: String, worker: UInt32 = currentUser(), milliseconds: Int = 5000) throws
        -> [[PlaneFace]]
    {
        var link = DetectorLink(path: socket, worker: worker)
        return try link.detect(planes, pixels: pixels.span, milliseconds: milliseconds)
    }

    @Test func `takes an answer to its own request`() throws {
        let folder = try SocketFolder()
        try pretend(folder.socket) { client, message in
            let request = try DetectionRequest(parsing: message.span)
            try client.send(DetectionAnswer(identifier: request.identifier, planes: [[]]).message)
        }
        #expect(try detect(folder.socket) == [[]])
    }

    @Test func `says when nobody listens`() throws {
        let folder = try SocketFolder()
        #expect(throws: DetectorError.unreachable(SystemCallError(call: "connect", errno: ENOENT))) {
            try detect(folder.socket)
        }
    }

    @Test(.enabled(if: currentUser() == 0, "needs root to become another user"))
    func `gives no pixel to another user`() throws {
        let folder = try SocketFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
        let listener = Process()
        listener.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        let words = "import socket,sys; s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); s.accept()"
        listener.arguments = [
            "--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/python3", "-c", words, folder.socket,
        ]
        try listener.run()
        defer { kill(listener.processIdentifier, SIGKILL) }
        #expect(throws: DetectorError.otherUser(65534)) {
            // Until the other process listens.
            while listener.isRunning {
                do { _ = try detect(folder.socket, worker: 12345) } catch DetectorError.unreachable { continue }
            }
        }
    }

    @Test(.enabled(if: currentUser() != 0, "root's sockets are the service manager's"))
    func `gives no pixel to a user of its own`() throws {
        let folder = try SocketFolder()
        try pretend(folder.socket) { _, _ in }
        #expect(throws: DetectorError.otherUser(currentUser())) {
            try detect(folder.socket, worker: currentUser() + 1)
        }
    }

    @Test func `does not wait for ever`() throws {
        let folder = try SocketFolder()
        try pretend(folder.socket) { _, _ in }
        #expect(throws: DetectorError.late) { try detect(folder.socket, milliseconds: 50) }
    }

    @Test func `believes no nonsense`() throws {
        let folder = try SocketFolder()
        try pretend(folder.socket) { client, _ in try client.send([UInt8](repeating: 7, count: 40)) }
        #expect(throws: DetectorError.nonsense(.notThisProtocol)) { try detect(folder.socket) }
    }

    @Test func `takes no answer to an older request`() throws {
        let folder = try SocketFolder()
        try pretend(folder.socket) { client, _ in
            try client.send(DetectionAnswer(identifier: 0, planes: [[]]).message)
        }
        #expect(throws: DetectorError.nonsense(.otherRequest)) { try detect(folder.socket) }
    }

    @Test func `reads no answer longer than one can be`() throws {
        let folder = try SocketFolder()
        try pretend(folder.socket) { client, _ in
            try client.send([UInt8](repeating: 0, count: DetectionAnswer.longestMessage + 1))
        }
        #expect(throws: DetectorError.nonsense(.length(DetectionAnswer.longestMessage + 1))) {
            try detect(folder.socket)
        }
    }

    @Test func `sends only pixels that fill its planes`() throws {
        let folder = try SocketFolder()
        var link = DetectorLink(path: folder.socket, worker: currentUser())
        let error = #expect(throws: DetectorError.self) {
            try link.detect(planes, pixels: pixels.span.extracting(droppingLast: 1), milliseconds: 1000)
        }
        #expect(error == .request(.length(pixels.count - 1)))
    }
}
