import Foundation
import LockedMemory
import Testing

/// The flags that the kernel keeps for the one mapping of this many KiB; nil when there is none.
private func flags(ofMappingWithKiB size: Int) throws -> Set<Substring>? {
    let text = try String(contentsOfFile: "/proc/self/smaps", encoding: .utf8)
    var matches = false
    for line in text.split(separator: "\n") {
        if line.hasPrefix("Size:") { matches = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } == size }
        if matches, line.hasPrefix("VmFlags:") { return Set(line.split(separator: " ").dropFirst()) }
    }
    return nil
}

@Suite(.serialized) struct `Locked memory` {
    @Test func `is locked, kept out of cores and emptied in children, and goes back`() throws {
        // An odd size that no other mapping of this process has.
        let kib = 2932
        do {
            let bytes = try LockedBytes(count: kib * 1024 - 4096)
            #expect(try flags(ofMappingWithKiB: kib)?.isSuperset(of: ["lo", "dd", "wf"]) == true)
            #expect(bytes.span[0] == 0)
        }
        #expect(try flags(ofMappingWithKiB: kib) == nil)
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
        #expect(bytes.count == expected.count)
        #expect(expected.indices.allSatisfy { bytes.span[$0] == expected[$0] })
    }

    @Test(arguments: [16, 64, 5000]) func `widens in front without losing a byte`(extra: Int) throws {
        var bytes = try LockedBytes(copying: [1, 2, 3].span)
        try bytes.extendFront(by: extra)
        #expect(bytes.count == extra + 3)
        #expect([bytes.span[extra], bytes.span[extra + 1], bytes.span[extra + 2]] == [1, 2, 3])
        var span = bytes.mutableSpan
        span[0] = 9
        #expect(bytes.span[0] == 9)
    }

    @Test func `may be empty`() throws {
        let bytes = try LockedBytes(copying: Span())
        #expect(bytes.isEmpty)
        #expect(bytes.span.isEmpty)
    }
}
