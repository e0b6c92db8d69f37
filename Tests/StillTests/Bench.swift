import Foundation
import Linux

@testable import StillLink

/// The simulated camera and the process that takes its picture, as programs of their own: libgphoto2 between them, and no
/// kernel driver.
final class Bench {
    private static let programs = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        .deletingLastPathComponent().path()
    private static let pictures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Vectors/pictures").path()
    /// Debian's libgphoto2 keeps its drivers in a folder of its version.
    private static let driver: String? = {
        for machine in ["x86_64-linux-gnu", "aarch64-linux-gnu"] {
            let folder = "/usr/lib/\(machine)/libgphoto2"
            for version in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
                let path = "\(folder)/\(version)/ptp2.so"
                if FileManager.default.fileExists(atPath: path) { return path }
            }
        }
        return nil
    }()
    static let isThere = driver != nil

    let picture: [UInt8]
    private let folder: URL
    private let place: UInt8
    private let camera = Process()
    private let orders = Pipe()
    private let reports = Pipe()
    private var worker: Process?

    /// What is plugged in.
    enum Simulated: String {
        /// A still camera that speaks PTP.
        case still = "ptp-still"
        /// A video camera that gives stills beside its stream; the stream shows another picture.
        case video = "uvc-scope"
    }

    /// - Parameter place: of the camera on its bus; each test has its own.
    init(place: UInt8, _ simulated: Simulated = .still, _ options: [String] = []) throws {
        self.place = place
        picture = [UInt8](try Data(contentsOf: URL(filePath: "\(Self.pictures)/dimmed.jpg")))
        folder = URL(filePath: NSTemporaryDirectory()).appending(path: "obscura-still-\(UUID().uuidString)")
        for (name, target) in [
            ("ports/usbip.so", "\(Self.programs)/libobscura-still-usbip.so"), ("driver/ptp2.so", Self.driver ?? ""),
        ] {
            let link = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: link.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: link.path(), withDestinationPath: target)
        }
        camera.executableURL = URL(filePath: "\(Self.programs)/\(simulated.rawValue)")
        let pictures =
            simulated == .still
            ? ["\(Self.pictures)/dimmed.jpg"]
            : ["--rate", "120", "--still-picture", "\(Self.pictures)/dimmed.jpg", "\(Self.pictures)/close-up.jpg"]
        camera.arguments = ["--port", "\(32_000 + Int(place))"] + options + pictures
        camera.standardInput = orders
        camera.standardOutput = reports
        try camera.run()
        try waitForReport("listening")
    }

    deinit {
        if let worker, worker.isRunning { kill(worker.processIdentifier, SIGKILL) }
        if camera.isRunning { kill(camera.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    func tell(_ line: String) throws { try orders.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8)) }

    /// Reads the camera's lines until this one.
    @discardableResult
    func waitForReport(_ wanted: String) throws -> String { try said.waitForLine(wanted) }

    /// What the camera says.
    var said: FileHandle { reports.fileHandleForReading }

    /// Puts a second library beside one that is meant: the port of the product, or another driver of libgphoto2.
    func plant(_ name: String) throws {
        let other =
            name.hasPrefix("ports")
            ? "\(Self.programs)/libobscura-still-usb.so" : Self.driver?.replacing("ptp2.so", with: "canon.so") ?? ""
        try FileManager.default.createSymbolicLink(
            atPath: folder.appending(path: name).path(), withDestinationPath: other)
    }

    /// Starts the process for one picture.
    func startWorker(peer: UInt32 = currentUser()) throws -> StillLink {
        let (socket, process) = (folder.appending(path: "socket").path(), Process())
        // One of a process that has ended would pass for this one's.
        try? FileManager.default.removeItem(atPath: socket)
        process.executableURL = URL(filePath: "\(Self.programs)/obscura-still")
        process.arguments = [
            "--ports", folder.appending(path: "ports").path(), "--driver", folder.appending(path: "driver").path(),
            "--socket", socket, "--peer-uid", "\(peer)",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        worker = process
        // Until it listens, for at most a minute; a process that ended will not.
        for _ in 0..<600 where process.isRunning && !Self.listens(socket) { _ = try poll([], milliseconds: 100) }
        return StillLink(path: socket, worker: currentUser())
    }

    /// A socket that is bound is there already and refuses; asking it would be the one client that the process serves.
    private static func listens(_ socket: String) -> Bool {
        let sockets = (try? String(contentsOfFile: "/proc/net/unix", encoding: .utf8)) ?? ""
        // Flags: __SO_ACCEPTCON of Linux, net/unix/af_unix.c.
        return sockets.split(separator: "\n").contains { $0.hasSuffix(" \(socket)") && $0.contains(" 00010000 ") }
    }

    /// Whether the process has ended, within ten seconds.
    func workerEnds() throws -> Bool {
        guard let worker else { return false }
        for _ in 0..<100 where worker.isRunning { _ = try poll([], milliseconds: 100) }
        return !worker.isRunning
    }

    /// Takes one picture.
    func take(
        _ link: StillLink, _ video: VideoStill? = nil, cancelled: @Sendable () -> Bool = { false }
    ) throws(StillError) -> [UInt8] {
        let taken = try link.picture(
            bus: 32, device: place, video: video, milliseconds: 120_000, cancelled: cancelled)
        let bytes = taken.takeBytes()
        return bytes.span.copied()
    }
}

extension Span<UInt8> {
    func copied() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for index in indices { bytes.append(self[index]) }
        return bytes
    }
}

extension FileHandle {
    /// Reads on until this line has come.
    ///
    /// - Returns: what was read.
    func waitForLine(_ wanted: String) throws -> String {
        var text = ""
        while !text.hasSuffix("\(wanted)\n"), !text.contains("\(wanted)\n") {
            let some = availableData
            guard !some.isEmpty else { throw CocoaError(.fileReadUnknown) }
            text += String(decoding: some, as: UTF8.self)
        }
        return text
    }
}
