import Foundation
import Glibc
import Testing

@testable import Linux

@Suite struct `A folder` {
    @Test func `gives back what was put, with the mode that was asked for`() throws {
        try withFolder { path in
            let folder = try Folder(path: path)
            try folder.put([1, 2, 3], as: "a", mode: 0o604)
            try folder.put([4], as: "a", mode: 0o604)
            #expect(try folder.read("a", bound: 1) == [4])
            let mode = try FileManager.default.attributesOfItem(atPath: "\(path)/a")[.posixPermissions] as? Int
            #expect(mode == 0o604)
            #expect(try folder.names() == ["a"])
        }
    }

    @Test func `keeps the old file and nothing else when a write fails`() throws {
        try withFolder { path in
            let folder = try Folder(path: path)
            try folder.put([1], as: "a")
            // A folder in the temporary file's place fails the write at its first step.
            try FileManager.default.createDirectory(atPath: "\(path)/.a.tmp", withIntermediateDirectories: false)
            #expect(throws: SystemCallError.self) { try folder.put([2], as: "a") }
            #expect(try folder.read("a", bound: 10) == [1])
            // A folder in the file's own place fails its last one.
            try FileManager.default.createDirectory(atPath: "\(path)/b", withIntermediateDirectories: false)
            #expect(throws: SystemCallError.self) { try folder.put([2], as: "b") }
            #expect(try folder.names() == [".a.tmp", "a", "b"])
        }
    }

    @Test func `sorts names by their bytes`() throws {
        try withFolder { path in
            let folder = try Folder(path: path)
            for name in ["b", "a", "B", "é", "a-", "10", "9"] { try folder.put([], as: name) }
            #expect(try folder.names() == ["10", "9", "B", "a", "a-", "b", "é"])
        }
    }

    @Test(arguments: [0, 1, 65535, 65536, 65537, 200_000])
    func `is read up to the bound and not a byte further`(count: Int) throws {
        try withFolder { path in
            let folder = try Folder(path: path)
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try folder.put(bytes, as: "a")
            #expect(try folder.size(of: "a") == count)
            #expect(try folder.read("a", bound: count) == bytes)
            if count > 0 { #expect(throws: FileError.tooLarge(count - 1)) { try folder.read("a", bound: count - 1) } }
        }
    }

    @Test func `reads neither through a link nor from a pipe nor from a folder`() throws {
        try withFolder { path in
            let folder = try Folder(path: path)
            try folder.put([1], as: "a")
            #expect(unsafe symlink("a", "\(path)/link") == 0)
            #expect(unsafe mkfifo("\(path)/pipe", 0o600) == 0)
            try folder.makeFolder("inner", mode: 0o700)
            #expect(throws: FileError.system(SystemCallError(call: "openat", errno: ELOOP))) {
                try folder.read("link", bound: 10)
            }
            for name in ["pipe", "inner"] {
                #expect(throws: FileError.system(SystemCallError(call: "read", errno: EINVAL))) {
                    try folder.read(name, bound: 10)
                }
            }
            #expect(throws: FileError.system(SystemCallError(call: "openat", errno: ENOENT))) {
                try folder.read("none", bound: 10)
            }
            #expect(try folder.size(of: "none") == nil)
        }
    }

    @Test func `is locked by one at a time`() throws {
        try withFolder { path in
            let lock = try Folder(path: path).lock()
            let other = try Folder(path: path)
            #expect(throws: SystemCallError(call: "flock", errno: EWOULDBLOCK)) { _ = try other.lock() }
            _ = consume lock
            _ = try other.lock()
        }
    }

    @Test func `makes files of a mode that the process's mask does not change`() throws {
        try withFolder { path in
            let folder = try Folder(path: path)
            let old = umask(0o077)
            defer { umask(old) }
            try writeAll([7], to: try folder.create("a", mode: 0o640))
            let mode = try FileManager.default.attributesOfItem(atPath: "\(path)/a")[.posixPermissions] as? Int
            #expect(mode == 0o640)
        }
    }

    @Test func `is watched for files that come by renaming`() throws {
        try withFolder { path in
            let folder = try Folder(path: path)
            let inotify = try Inotify()
            let watch = try inotify.watch(path, for: [.movedIn, .deleted])
            #expect(try inotify.events().isEmpty)
            try folder.put([1], as: "a")
            try folder.remove("a")
            #expect(
                try inotify.events() == [
                    FolderEvent(watch: watch, changes: .movedIn, name: "a"),
                    FolderEvent(watch: watch, changes: .deleted, name: "a"),
                ])
        }
    }
}

@Suite struct `Bytes of inotify` {
    @Test func `that end early or promise too much give no event and no fault`() {
        let whole: [UInt8] = [1, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 97, 98, 0, 0]
        let event = FolderEvent(watch: 1, changes: .movedIn, name: "ab")
        #expect(Inotify.parse(whole + whole) == [event, event])
        for count in 0..<whole.count { #expect(Inotify.parse(Array(whole.prefix(count))).isEmpty) }
        var huge = whole
        huge.replaceSubrange(12..<16, with: [255, 255, 255, 255])
        #expect(Inotify.parse(huge).isEmpty)
    }
}

@Suite struct `A file read into memory that is there` {
    private func read(_ folder: borrowing Folder, _ name: String, _ range: Range<Int>) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 7, count: 8)
        var span = bytes.mutableSpan
        try folder.read(name, into: &span, at: range)
        return bytes
    }

    @Test func `fills its range and nothing else, or is refused`() throws {
        try withFolder { path in
            let folder = try Folder(path: path)
            try folder.put([1, 2, 3], as: "a")
            #expect(try read(folder, "a", 2..<5) == [7, 7, 1, 2, 3, 7, 7, 7])
            #expect(throws: FileError.short) { try read(folder, "a", 2..<6) }
            #expect(throws: FileError.tooLarge(2)) { try read(folder, "a", 2..<4) }
            #expect(throws: FileError.system(SystemCallError(call: "openat", errno: ENOENT))) {
                try read(folder, "b", 0..<1)
            }
            #expect(unsafe mkfifo("\(path)/pipe", 0o600) == 0)
            #expect(throws: FileError.system(SystemCallError(call: "read", errno: EINVAL))) {
                try read(folder, "pipe", 0..<1)
            }
        }
    }
}
