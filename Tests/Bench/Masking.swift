import DetectLink
import Foundation
import Linux
import LockedMemory
import V4L2

@testable import Camera
@testable import Mask

/// The masking of one shot, stage by stage, with a detection worker beside it.
///
/// Processor time is this process's and the worker's together; each figure is the least of its runs, because what else
/// the machine does can only add.
final class Masking {
    private let worker = Process()
    private let socket: String
    private let picture: [UInt8]
    private var figures: [(name: String, spent: Figure)] = []

    /// Milliseconds.
    struct Figure {
        var wall: Double
        /// Of this process's and the worker's threads.
        var processor: Double

        func least(_ other: Figure) -> Figure {
            Figure(wall: min(wall, other.wall), processor: min(processor, other.processor))
        }
    }

    /// - Parameters:
    ///   - detector: the folder of the engine and the model.
    ///   - path: a JPEG file with a face.
    init(detector: String, picture path: String) throws {
        picture = [UInt8](try Data(contentsOf: URL(filePath: path)))
        socket = FileManager.default.temporaryDirectory.appending(path: "obscura-bench-\(getpid()).sock").path()
        worker.executableURL = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: "obscura-detect")
        worker.arguments = [
            "--engine", detector + "/engine", "--model", detector + "/centerface.onnx", "--socket", socket,
            "--peer-uid", "\(currentUser())",
        ]
        try worker.run()
        while worker.isRunning, (try? UnixStream(connecting: socket)) == nil { usleep(20_000) }
    }

    deinit {
        worker.terminate()
        try? FileManager.default.removeItem(atPath: socket)
    }

    /// Milliseconds of each stage by name, in the order of a shot.
    func measure(runs: Int) throws -> [(name: String, spent: Figure)] {
        var link = DetectorLink(path: socket, worker: currentUser())
        // The worker compiles the network in the first shot.
        try shot(&link)
        figures = []
        for _ in 0..<runs { try shot(&link) }
        return figures
    }

    /// What `Masker` does, stage by stage.
    private func shot(_ link: inout DetectorLink) throws {
        let picture = picture
        var bytes = try LockedBytes(copying: picture.span)
        let surface = try Surface(facts, bytes.span)
        var start = try now()
        var view = try surface.view(ofFrame: bytes.span)
        try note("decode", since: start)
        let passes = try planPasses(width: view.width, height: view.height, expectation: .expected)
        let answers = try search(view, passes, &link, "")
        let found = try Mask.regions(
            from: answers, passes: passes, width: view.width, height: view.height, shape: .face)
        guard !found.isEmpty else { throw CocoaError(.featureUnsupported) }
        let factor = view.factor
        let regions = found.map {
            Region(x: $0.x * factor, y: $0.y * factor, width: $0.width * factor, height: $0.height * factor)
        }
        start = try now()
        guard try surface.cover(regions, in: &view) else { throw CocoaError(.featureUnsupported) }
        try note("cover", since: start)
        let again = try planSecondLook(width: view.width, height: view.height, after: answers)
        var written: LockedBytes?
        _ = try search(view, again, &link, " again, mask and check beside it") {
            written = try? surface.overwrite(&bytes, regions)
        }
        guard written.take() != nil else { throw CocoaError(.featureUnsupported) }
    }

    private func search(
        _ view: borrowing SearchView, _ passes: [Pass], _ link: inout DetectorLink, _ again: String,
        meanwhile: () -> Void = {}
    ) throws -> [[PlaneFace]] {
        var start = try now()
        let planes = try reduce(Picture(view.bytes.span, width: view.width, height: view.height), for: passes)
        try note("reduce" + (again.isEmpty ? "" : " again"), since: start)
        start = try now()
        let answers = try link.detect(
            passes.map(\.plane), pixels: planes.span, milliseconds: 60_000, meanwhile: meanwhile)
        try note("detect" + again, since: start)
        return answers
    }

    private func now() throws -> Figure {
        Figure(wall: Double(Clock.monotonic()) / 1e6, processor: Double(try spent()) / 1e6)
    }

    private func note(_ name: String, since start: Figure) throws {
        let now = try now()
        let run = Figure(wall: now.wall - start.wall, processor: now.processor - start.processor)
        if let place = figures.firstIndex(where: { $0.name == name }) {
            figures[place].spent = figures[place].spent.least(run)
        } else {
            figures.append((name, run))
        }
    }

    /// Nanoseconds of both processes' threads (proc(5), schedstat).
    private func spent() throws -> Int64 {
        let tasks = "/proc/\(worker.processIdentifier)/task"
        var sum = Clock.processor()
        for task in try FileManager.default.contentsOfDirectory(atPath: tasks) {
            let line = try String(contentsOfFile: "\(tasks)/\(task)/schedstat", encoding: .utf8)
            sum += line.split(separator: " ").first.flatMap { Int64($0) } ?? 0
        }
        return sum
    }

    private var facts: FrameFacts {
        FrameFacts(
            format: .mjpg, width: 1920, height: 1080, bytesPerLine: 0, colorimetry: nil, origin: .replay,
            stamp: FrameStamp(sequence: 0, timestamp: 0, lost: 0, damaged: 0), age: 0, controls: [:], locked: [],
            device: DeviceFacts(driver: "", card: "", bus: "", serial: "", usbID: ""))
    }
}
