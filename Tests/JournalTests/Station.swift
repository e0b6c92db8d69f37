import BundleFormat
import Foundation
import Linux
import LockedMemory

@testable import Journal

/// A journal's folder of this test's own; gone afterwards.
func withStation<R>(_ body: (Station) throws -> R) throws -> R {
    let url = FileManager.default.temporaryDirectory.appending(path: "obscura-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(Station(path: url.path))
}

struct Station {
    let path: String

    func stateKey(_ byte: UInt8 = 1) throws -> LockedBytes {
        try LockedBytes(copying: [UInt8](repeating: byte, count: 32).span)
    }

    /// A program that another test starts holds this process's locks between its fork and its exec: they are waited for.
    func journal(key: UInt8 = 1) throws -> Journal {
        let held = JournalError.unreadable(.system(SystemCallError(call: "flock", errno: Errno.again)))
        for _ in 0..<50 {
            do { return try Journal(folder: try Folder(path: path), stateKey: try stateKey(key)) } catch {
                guard error as? JournalError == held else { throw error }
                wait(milliseconds: 20)
            }
        }
        return try Journal(folder: try Folder(path: path), stateKey: try stateKey(key))
    }

    /// Starts, writes the events down one second apart, and ends.
    func run(_ events: [JournalEvent], at time: Int64 = 100) throws {
        var journal = try journal()
        for (index, event) in events.enumerated() { try journal.append(event, at: time + Int64(index)) }
    }

    /// Every event on the disk, read by a station that starts now and leaves nothing behind.
    func events() throws -> [JournalEvent] {
        let before = try names()
        let found = try journal().last(.max, stateKey: try stateKey()).map(\.event)
        for name in try names() where !before.contains(name) { try remove(name) }
        return found
    }

    func names() throws -> [String] { try Folder(path: path).names() }
    func remove(_ name: String) throws { try Folder(path: path).remove(name) }
    func bytes(_ segment: Int) throws -> [UInt8] {
        try Folder(path: path).read(Segment.name(segment), bound: Segment.bound)
    }
    func put(_ bytes: [UInt8], _ segment: Int) throws { try Folder(path: path).put(bytes, as: Segment.name(segment)) }

    /// The frames of a segment, each with its length in front.
    func frames(_ segment: Int) throws -> [[UInt8]] {
        var rest = try bytes(segment).dropFirst(Segment.headerCount)
        var frames: [[UInt8]] = []
        while !rest.isEmpty {
            let count = 4 + rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            frames.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return frames
    }
}

func digest(_ byte: UInt8) throws -> Digest { try Digest([UInt8](repeating: byte, count: 32)) }

func commitment(_ sequence: Int64) throws -> JournalEvent.Commitment {
    JournalEvent.Commitment(
        sequence: sequence, bundle: "0123456789ABCDEFGHJKMNPQRS", file: try digest(0x11), manifest: try digest(0x22),
        size: 123_456)
}

/// How many names a file has.
func linkCount(_ file: borrowing Descriptor) throws -> Int {
    var status = stat()
    try check("fstat") { unsafe fstat(file.number, &status) }
    return Int(status.st_nlink)
}

/// One of each kind.
func everyEvent() throws -> [JournalEvent] {
    [
        .started(version: "1.2"), .enrolled(root: try digest(1)), .policyTaken(version: 3, digest: try digest(2)),
        .opened(consent: try digest(3), frames: 20, epoch: 7), .refused(what: "session", reason: "expired"),
        .reserved(sequence: 1, consent: try digest(3), exposures: 2), .committed(try commitment(1)),
        .reserved(sequence: 2, consent: try digest(3), exposures: 1), .released(sequence: 2, reason: "stalled"),
        .closed(consent: try digest(3)), .withdrawn(consent: try digest(3), destroys: false),
        .withdrawn(consent: try digest(3), destroys: true),
        .voided(sequence: 1, reason: "out of focus \"é\""), .stored(sequence: 1, receipt: try digest(4)),
        .retired(sequence: 1, receipt: try digest(5)), .camera(name: "derm", state: "lost"),
        .cameraApproved(name: "derm", CameraIdentity(model: "a168:0870", serial: "", port: "usb-0000:00:14.0-2")),
        .cameraRevoked(name: "derm"),
        .scanCleared(.init(scanner: "head", moment: .closed, files: 3, bytes: 1 << 29)),
    ]
}
