import Foundation

@testable import Linux

/// A folder of this test's own; gone afterwards.
func withFolder<R>(_ body: (_ path: String) throws -> R) throws -> R {
    let url = FileManager.default.temporaryDirectory.appending(path: "obscura-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path)
}

/// The failure of a call, nil when it succeeded.
func failure(_ body: () throws -> Void) -> (any Error)? {
    do {
        try body()
        return nil
    } catch { return error }
}
