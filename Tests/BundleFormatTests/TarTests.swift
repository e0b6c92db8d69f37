import BundleFormat
import Testing

/// Keeps what a reader hands over.
private struct Recorder: EntryVisitor {
    var entries: [(path: EntryPath, bytes: [UInt8])] = []
    mutating func began(_ path: EntryPath, size: Int) throws(BundleError) { entries.append((path, [])) }
    mutating func read(_ bytes: Span<UInt8>) throws(BundleError) {
        entries[entries.count - 1].bytes.append(copying: bytes)
    }
    mutating func ended() throws(BundleError) {}
}

private func tar(_ entries: [(EntryPath, [UInt8])]) -> [UInt8] {
    entries.flatMap { path, bytes in
        TarHeader.encode(path, size: bytes.count) + bytes
            + [UInt8](repeating: 0, count: TarHeader.padding(after: bytes.count))
    } + [UInt8](repeating: 0, count: 1024)
}

private let entries: [(EntryPath, [UInt8])] = [
    (.label, Manifest.label), (.asset(1), [UInt8](repeating: 1, count: 700)),
    (.asset(2), [UInt8](repeating: 2, count: 512)), (.index, [3]), (.indexFor("00000000"), [4]), (.manifest, [5]),
    (.signature, [6]), (.stationKey, [7]),
]

private func read(_ bytes: [UInt8], by step: Int = .max) throws -> Recorder {
    var reader = TarReader()
    var recorder = Recorder()
    var rest = bytes[...]
    while !rest.isEmpty {
        try reader.take(Array(rest.prefix(step)).span, &recorder)
        rest = rest.dropFirst(step)
    }
    try reader.end()
    return recorder
}

@Suite struct `A bundle's tar` {
    @Test(arguments: [1, 511, 513, Int.max]) func `reads the same in pieces of any size`(step: Int) throws {
        let found = try read(tar(entries), by: step).entries
        #expect(found.map(\.path) == entries.map(\.0))
        #expect(found.map(\.bytes) == entries.map(\.1))
    }

    @Test func `must have every entry once and in order`() throws {
        for place in entries.indices.dropLast() {
            var swapped = entries
            swapped.swapAt(place, place + 1)
            #expect(throws: BundleError.self) { try read(tar(swapped)) }
            var doubled = entries
            doubled.insert(entries[place], at: place)
            #expect(throws: BundleError.self) { try read(tar(doubled)) }
        }
        for place in entries.indices where ![2, 4].contains(place) {
            var missing = entries
            missing.remove(at: place)
            // Without its first asset the second stands where the first should; all others are needed outright.
            #expect(throws: BundleError.self) { try read(tar(missing)) }
        }
    }

    @Test func `must be whole and end there`() throws {
        let whole = tar(entries)
        for cut in stride(from: 0, to: whole.count, by: 101) {
            #expect(throws: BundleError.self) { try read(Array(whole.prefix(cut))) }
        }
        #expect(throws: BundleError.self) { try read(whole + [0]) }
    }

    @Test func `has nothing to say outside names, sizes and entries`() throws {
        let whole = tar(entries)
        // The header of the first asset, its body's padding, and the end mark; the body itself is the manifest's.
        let quiet = Array(1024..<1536) + Array((1536 + 700)..<2560) + Array((whole.count - 1024)..<whole.count)
        for place in quiet {
            var altered = whole
            altered[place] ^= 1
            #expect(throws: BundleError.self) { try read(altered) }
        }
    }

    @Test func `refuses an entry larger than its kind`() {
        #expect(throws: BundleError.tooLarge(.signature, 73)) {
            try read(
                TarHeader.encode(.label, size: 17) + Manifest.label + [UInt8](repeating: 0, count: 495)
                    + TarHeader.encode(.signature, size: 73))
        }
    }
}

@Suite struct `An age header` {
    @Test func `reads an age header as it was written`() throws {
        for count in [0, 1, 47, 48, 49, 96] {
            let stanza = AgeHeader.Stanza(words: ["kind", "word"], body: [UInt8](repeating: 0xfe, count: count))
            let text = AgeHeader.text([stanza, stanza])
            let mac = [UInt8](repeating: 3, count: 32)
            let header = try AgeHeader(parsing: (text + AgeHeader.end(mac: mac) + [1, 2, 3]).span)
            #expect(header.stanzas == [stanza, stanza])
            #expect(header.mac == mac)
            #expect(header.macLength == text.count)
            #expect(header.length == text.count + 45)
        }
    }
}
