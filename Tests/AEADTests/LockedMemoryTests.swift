import Foundation
import LockedMemory
import Testing

/// The flags that the kernel keeps for the one mapping of this many KiB; nil when there is none.
private func flags(ofMappingWithKiB size: Int) throws -> Set<Substring>? {
    // Files of the kernel have no size; only reading to the end gets all of one.
    let file = try #require(FileHandle(forReadingAtPath: "/proc/self/smaps"))
    let text = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    var matches = false
    for line in text.split(separator: "\n") {
        if line.hasPrefix("Size:") {
            matches = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } == size
        }
        if matches, line.hasPrefix("VmFlags:") { return Set(line.split(separator: " ").dropFirst()) }
    }
    return nil
}

private func copy(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }

@Suite(.serialized) struct `Locked memory` {
    @Test func `is locked, kept out of cores and emptied in children, and goes back`() throws {
        // A whole number of pages that no other mapping of this process has.
        let kib = 3780
        do {
            let bytes = try LockedBytes(count: kib * 1024 - 4096)
            let flags = try #require(try flags(ofMappingWithKiB: kib))
            #expect(flags.isSuperset(of: ["lo", "dd", "wf"]))
            let first = bytes.span[0]
            #expect(first == 0)
        }
        let after = try flags(ofMappingWithKiB: kib)
        #expect(after == nil)
    }

    @Test func `keeps what is appended, through growth`() throws {
        var buffer = try LockedBuffer(capacity: 10)
        var expected: [UInt8] = []
        for round in 0..<600 {
            let piece = [UInt8](repeating: UInt8(truncatingIfNeeded: round), count: round)
            try buffer.append(piece)
            try buffer.append(0xab)
            try buffer.append(zeros: 3)
            expected += piece + [0xab, 0, 0, 0]
        }
        let bytes = buffer.finish()
        let kept = copy(bytes.span)
        #expect(kept == expected)
    }

    @Test(arguments: [16, 64, 5000]) func `widens in front without losing a byte`(extra: Int) throws {
        var bytes = try LockedBytes(copying: [1, 2, 3].span)
        try bytes.extendFront(by: extra)
        var span = bytes.mutableSpan
        for place in 0..<extra { span[place] = 9 }
        let kept = copy(bytes.span)
        #expect(kept == [UInt8](repeating: 9, count: extra) + [1, 2, 3])
    }

    @Test func `may be empty`() throws {
        let bytes = try LockedBytes(copying: Span())
        let counts = [bytes.count, bytes.span.count]
        #expect(counts == [0, 0])
    }
}
