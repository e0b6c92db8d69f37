import Foundation

/// The detector's files and the built worker, for tests that run the real network.
enum Detector {
    /// Where `Drivers/setup/detector` put its files.
    static let folder =
        ProcessInfo.processInfo.environment["OBSCURA_DETECTOR"]
        ?? URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: ".cache/detector").path()

    static let engine = folder + "/engine"
    static let modelPath = folder + "/centerface.onnx"
    static let isThere = FileManager.default.fileExists(atPath: folder + "/complete")

    static func model() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: modelPath))) }

    /// A file of Tests/Vectors/pictures.
    static func picture(_ name: String) throws -> [UInt8] {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return [UInt8](try Data(contentsOf: tests.appending(path: "Vectors/pictures/\(name)")))
    }

    /// The worker that was built beside the tests.
    static let worker = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "obscura-detect").path()
}
