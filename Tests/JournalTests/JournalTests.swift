import BundleFormat
import Foundation
import JOSE
import Linux
import Testing

@testable import Journal

@Suite struct `A journal` {
    @Test func `gives every event back, with its number and time, over any number of starts`() throws {
        let events = try everyEvent()
        try withStation { station in
            for (index, event) in events.enumerated() { try station.run([event], at: 100 + Int64(index)) }
            #expect(try station.events() == events)
            let journal = try station.journal()
            let records = try journal.last(3, stateKey: try station.stateKey())
            #expect(records.map(\.event) == Array(events.suffix(3)))
            #expect(records.map(\.number) == [17, 18, 19])
            #expect(records.map(\.time) == [116, 117, 118])
            #expect(try journal.last(0, stateKey: try station.stateKey()).isEmpty)
            #expect(try journal.last(-1, stateKey: try station.stateKey()).isEmpty)
        }
    }

    @Test func `has the same head and ledger after reopening as before`() throws {
        try withStation { station in
            let (head, ledger) = try {
                var journal = try station.journal()
                for event in try everyEvent() { try journal.append(event, at: 5) }
                return (journal.head, journal.ledger)
            }()
            let again = try station.journal()
            #expect(again.head == head)
            #expect(again.ledger == ledger)
            #expect(again.tornSegments.isEmpty)
        }
    }

    @Test func `goes on only behind what it has written anew`() throws {
        try withStation { station in
            try station.run([.started(version: "1")])
            let bytes = try station.bytes(1)
            // An open file of the segment that was left: what a sync of it has lost, no sync of it brings back.
            let former = try Folder(path: station.path).open(Segment.name(1))
            try station.run([.started(version: "2")])
            #expect(try station.bytes(1) == bytes)
            #expect(try linkCount(former) == 0)
        }
    }

    @Test func `is open once at a time`() throws {
        try withStation { station in
            let held = try station.journal()
            #expect(throws: JournalError.unreadable(.system(SystemCallError(call: "flock", errno: 11)))) {
                _ = try station.journal().head
            }
            #expect(held.tornSegments.isEmpty)
        }
    }

    @Test func `shows nothing plain of an event`() throws {
        try withStation { station in
            let events = try everyEvent()
            try station.run(events)
            let file = try station.bytes(1)
            let text = String(decoding: file, as: UTF8.self)
            for event in events {
                for (key, value) in event.object.members {
                    #expect(!text.contains("\"\(key)\""))
                    if case .string(let word) = value, word.utf8.count > 3 { #expect(!text.contains(word)) }
                }
            }
            #expect(try !Data(file).contains(Data(digest(3).bytes)))
            #expect(try everyEvent().count == station.frames(1).count)
        }
    }

    @Test func `never uses a key twice`() throws {
        try withStation { station in
            for _ in 0..<3 { try station.run([.started(version: "1")]) }
            #expect(Set(try (1...3).map { try station.frames($0) }).count == 3)
            #expect(Set(try (1...3).map { Array(try station.bytes($0).prefix(Segment.headerCount)) }).count == 3)
        }
    }

    @Test(arguments: [0, 1, 3]) func `of another state key says so, however long it is`(count: Int) throws {
        try withStation { station in
            try station.run([JournalEvent](repeating: .started(version: "1"), count: count))
            #expect(throws: JournalError.otherKey) { _ = try station.journal(key: 2).head }
            #expect(try station.names() == [Segment.name(1)])
        }
    }

    @Test func `refuses a record that could not be read again`() throws {
        try withStation { station in
            var journal = try station.journal()
            let long = String(repeating: "x", count: Segment.recordBound)
            let error = failure { try journal.append(.refused(what: "session", reason: long), at: 1) }
            guard case .recordTooLarge? = error as? JournalError else { throw Unexpected(error: error) }
            try journal.append(.started(version: "1"), at: 1)
            #expect(journal.ledger.counts.refusals == 0)
        }
    }

    @Test func `notices that its end was cut off while it is open`() throws {
        try withStation { station in
            var journal = try station.journal()
            try journal.append(.started(version: "1"), at: 1)
            try journal.append(.started(version: "2"), at: 1)
            let frames = try station.frames(1)
            try station.put(Array(try station.bytes(1).prefix(Segment.headerCount)) + frames[0], 1)
            #expect(throws: JournalError.altered(segment: 1)) { try journal.last(5, stateKey: try station.stateKey()) }
        }
    }
}

@Suite struct `An altered journal` {
    @Test func `is found for every byte before the last record`() throws {
        try withStation { station in
            try station.run([.started(version: "1"), .camera(name: "a", state: "b"), .started(version: "2")])
            let whole = try station.bytes(1)
            let end = whole.count - (try station.frames(1)[2].count)
            for place in Segment.headerCount..<end {
                for bit in [0x01, 0x80] as [UInt8] {
                    var bytes = whole
                    bytes[place] ^= bit
                    try station.put(bytes, 1)
                    #expect(throws: JournalError.altered(segment: 1), "byte \(place)") {
                        _ = try station.journal().head
                    }
                }
            }
            try station.put(whole, 1)
            #expect(try station.events().count == 3)
        }
    }

    @Test func `is found for every byte of a header`() throws {
        try withStation { station in
            try station.run([.started(version: "1")])
            try station.run([.started(version: "2")])
            let whole = try station.bytes(2)
            for place in 0..<Segment.headerCount {
                var bytes = whole
                bytes[place] ^= 1
                try station.put(bytes, 2)
                #expect(throws: JournalError.altered(segment: 2)) { _ = try station.journal().head }
            }
        }
    }

    @Test func `is found when a record is gone, moved or doubled`() throws {
        try withStation { station in
            try station.run((1...4).map { .started(version: "\($0)") })
            let header = Array(try station.bytes(1).prefix(Segment.headerCount))
            let frames = try station.frames(1)
            for order in [
                [0, 2, 3], [1, 2, 3], [0, 1, 3], [3], [1, 0, 2, 3], [0, 1, 3, 2], [0, 0, 1, 2, 3], [0, 1, 1, 2, 3],
            ] {
                try station.put(header + order.flatMap { frames[$0] }, 1)
                #expect(throws: JournalError.altered(segment: 1), "\(order)") { _ = try station.journal().head }
            }
        }
    }

    @Test func `is found when a segment comes from another past with the same key and as many records`() throws {
        try withStation { other in
            try other.run([.started(version: "other")])
            try withStation { station in
                for number in 1...2 { try station.run([.started(version: "\(number)")]) }
                try station.put(try other.bytes(1), 1)
                #expect(throws: JournalError.altered(segment: 2)) { _ = try station.journal().head }
            }
        }
    }

    @Test func `is found when a segment is gone, swapped, or cut before its end`() throws {
        try withStation { station in
            for number in 1...3 { try station.run((1...2).map { .started(version: "\(number).\($0)") }) }
            let segments = try (1...3).map { try station.bytes($0) }
            for order in [[1, 0, 2], [0, 2, 1], [0, 0, 2]] {
                for (place, from) in order.enumerated() { try station.put(segments[from], place + 1) }
                #expect(throws: JournalError.self, "\(order)") { _ = try station.journal().head }
            }
            for (index, bytes) in segments.enumerated() { try station.put(bytes, index + 1) }
            let lastFrame = try station.frames(1)[1]
            try station.put(segments[0].dropLast(lastFrame.count), 1)
            #expect(throws: JournalError.altered(segment: 2)) { _ = try station.journal().head }
            try station.put(segments[0], 1)
            try station.remove(Segment.name(2))
            #expect(throws: JournalError.altered(segment: 2)) { _ = try station.journal().head }
            try station.remove(Segment.name(1))
            #expect(throws: JournalError.altered(segment: 1)) { _ = try station.journal().head }
        }
    }
}

@Suite struct `A torn journal` {
    @Test func `keeps what was acknowledged, wherever the power was cut`() throws {
        try withStation { station in
            let events: [JournalEvent] = [
                .started(version: "1"), .camera(name: "a", state: "b"), .started(version: "2"),
            ]
            try station.run(events)
            let whole = try station.bytes(1)
            let last = try station.frames(1)[2].count
            for kept in 0..<last {
                for filled in [false, true] {
                    // A file system may have lengthened the file before it wrote the bytes.
                    let tail = [UInt8](repeating: 0, count: filled ? last - kept : 0)
                    try station.put(whole.dropLast(last - kept) + tail, 1)
                    let journal = try station.journal()
                    #expect(journal.tornSegments == (kept == 0 && !filled ? [] : [1]), "\(kept) bytes kept")
                    #expect(
                        try journal.last(9, stateKey: try station.stateKey()).map(\.event) == Array(events.prefix(2)))
                    try station.remove(Segment.name(2))
                }
            }
        }
    }

    @Test func `goes on in a new segment`() throws {
        try withStation { station in
            try station.run([.started(version: "1"), .started(version: "2")])
            try station.put(try station.bytes(1).dropLast(1), 1)
            try station.run([.started(version: "3")])
            #expect(try station.events() == [.started(version: "1"), .started(version: "3")])
            #expect(try station.journal().tornSegments == [1])
        }
    }

    @Test func `in its very first record is not taken for another key`() throws {
        try withStation { station in
            try station.run([.started(version: "1")])
            try station.put(try station.bytes(1).dropLast(1), 1)
            #expect(try station.events().isEmpty)
        }
    }
}

struct Unexpected: Error { let error: (any Error)? }

/// The failure of a call, nil when it succeeded.
func failure(_ body: () throws -> Void) -> (any Error)? {
    do {
        try body()
        return nil
    } catch { return error }
}
