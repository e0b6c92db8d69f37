import Foundation
import JPEG
import Linux
import Testing

@testable import Camera

private let pictures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Vectors/pictures")

private func withFolder(_ body: (URL) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "obscura-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url)
}

@Suite struct `A replayed picture` {
    @Test func `is the file, byte for byte`() throws {
        let file = pictures.appending(path: "dimmed.jpg")
        let picture = try ReplayPicture(file.path, number: 5)
        let header = try JPEGHeader(parsing: Array(try Data(contentsOf: file)).span)
        #expect(picture.width == header.width)
        #expect(picture.height == header.height)
        let bytes = picture.takeBytes()
        #expect((0..<bytes.count).map { bytes.span[$0] } == Array(try Data(contentsOf: file)))
    }

    @Test func `comes from a folder in the order of the names, round and round`() throws {
        try withFolder { folder in
            for (name, source) in [("b.jpg", "dimmed.jpg"), ("a.jpg", "dermoscopy.jpg"), ("c.jpeg", "half-out.jpg")] {
                try FileManager.default.copyItem(at: pictures.appending(path: source), to: folder.appending(path: name))
            }
            try Data("no picture".utf8).write(to: folder.appending(path: "readme.txt"))
            let sizes = try (0..<6).map { try ReplayPicture(folder.path, number: $0).takeBytes().count }
            let expected = try ["dermoscopy.jpg", "dimmed.jpg", "half-out.jpg"].map {
                try Data(contentsOf: pictures.appending(path: $0)).count
            }
            #expect(sizes == expected + expected)
        }
    }

    @Test func `that is not there or not a picture says so`() throws {
        try withFolder { folder in
            #expect(throws: ReplayError.empty) { _ = try ReplayPicture(folder.path, number: 0).width }
            #expect(throws: ReplayError.unreadable(.system(SystemCallError(call: "open", errno: Errno.noEntry)))) {
                _ = try ReplayPicture("\(folder.path)/none.jpg", number: 0).width
            }
            try Data("no picture".utf8).write(to: folder.appending(path: "a.jpg"))
            do {
                _ = try ReplayPicture(folder.path, number: 0).width
                Issue.record("it was played")
            } catch {
                guard case .picture? = error as? ReplayError else { throw error }
            }
        }
    }
}
