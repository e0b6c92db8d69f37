import Foundation
import Linux

// The figures that need no station: sealing and writing 64 MiB, carrying them to a store, and masking a picture.
// Prints one JSON line a figure; Tests/bench sets them beside their peers.

/// Seconds of one piece of work.
struct Spent {
    let wall: Double
    /// Of all threads of this process.
    let processor: Double

    /// Times `work`.
    static func on(_ work: () throws -> Void) rethrows -> Spent {
        let (wall, processor) = (Clock.monotonic(), Clock.processor())
        try work()
        return Spent(
            wall: Double(Clock.monotonic() - wall) / 1e9, processor: Double(Clock.processor() - processor) / 1e9)
    }

    /// The run of least wall time.
    static func best(of runs: Int, _ run: () throws -> Spent) rethrows -> Spent {
        var best = try run()
        for _ in 1..<runs {
            let next = try run()
            if next.wall < best.wall { best = next }
        }
        return best
    }

    var json: [String: Any] { ["wall_s": wall, "processor_s": processor] }
}

@main
enum Bench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        if arguments.count == 4, arguments[1] == "mask" {
            return try mask(detector: arguments[2], picture: arguments[3])
        }
        guard arguments.count == 2 else {
            complain("usage: obscura-bench FOLDER, or obscura-bench mask DETECTOR-FOLDER PICTURE")
            exitProcess(2)
        }
        let folder = arguments[1]
        let sealing = try Sealing(folder: folder)
        try show("seal", try sealing.file(written: false).json)
        try show("seal and write", try sealing.file(written: true).json)
        try show("bundle", try sealing.bundle().json)
        try show("forward", try await carrying(folder))
    }

    private static func mask(detector: String, picture: String) throws {
        let stages = try Masking(detector: detector, picture: picture).measure(runs: 40)
        for (name, spent) in stages {
            try show("mask: \(name)", ["wall_ms": spent.wall, "processor_ms": spent.processor])
        }
        let all = stages.reduce(Masking.Figure(wall: 0, processor: 0)) {
            Masking.Figure(wall: $0.wall + $1.spent.wall, processor: $0.processor + $1.spent.processor)
        }
        try show("mask: all stages", ["wall_ms": all.wall, "processor_ms": all.processor])
    }

    private static func show(_ name: String, _ figures: [String: Any]) throws {
        let line = try JSONSerialization.data(
            withJSONObject: figures.merging(["name": name]) { $1 }, options: [.sortedKeys])
        print(String(decoding: line, as: UTF8.self))
    }
}
