import Foundation

/// A folder that goes with its owner.
final class TemporaryFolder {
    private let url = FileManager.default.temporaryDirectory.appending(path: "obscura-\(UUID().uuidString)")

    var path: String { url.path }

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func put(_ text: String, as name: String) throws { try Data(text.utf8).write(to: url.appending(path: name)) }
}
