/// Takes what a `TarReader` finds, entry by entry.
package protocol EntryVisitor {
    mutating func began(_ path: EntryPath, size: Int) throws(BundleError)
    /// A piece of the entry that began last; pieces are never empty.
    mutating func read(_ bytes: Span<UInt8>) throws(BundleError)
    mutating func ended() throws(BundleError)
}

/// Reads a bundle's tar as its bytes arrive, in pieces of any size, with bounded memory.
///
/// It accepts one form only: the entries of `obscura-bundle/1` in their order, canonical headers, zero padding, two
/// zero blocks, nothing after.
package struct TarReader: Sendable {
    private enum Place: Equatable {
        case header
        case body(left: Int, padding: Int)
        case padding(left: Int)
        case end(left: Int)
    }

    private var place = Place.header
    private var header: [UInt8] = []
    private var last: EntryPath?
    private var indexes = 0
    /// Bytes taken so far.
    package private(set) var offset = 0

    package init() {}

    package mutating func take(_ bytes: Span<UInt8>, _ visitor: inout some EntryVisitor) throws(BundleError) {
        var rest = bytes
        while !rest.isEmpty {
            let used: Int
            switch place {
            case .header:
                used = min(rest.count, TarHeader.block - header.count)
                for place in 0..<used { header.append(rest[place]) }
                if header.count == TarHeader.block { try begin(&visitor) }
            case .body(let left, let padding):
                used = min(rest.count, left)
                try visitor.read(rest.extracting(first: used))
                place = .body(left: left - used, padding: padding)
                if used == left { try finishBody(padding: padding, &visitor) }
            case .padding(let left):
                used = try zeros(rest, atMost: left)
                place = used == left ? .header : .padding(left: left - used)
                if used == left, last == .stationKey { place = .end(left: 2 * TarHeader.block) }
            case .end(let left):
                guard left > 0 else { throw .tar(offset: offset) }
                used = try zeros(rest, atMost: left)
                place = .end(left: left - used)
            }
            offset += used
            rest = rest.extracting(droppingFirst: used)
        }
    }

    /// To be called after the last byte.
    package func end() throws(BundleError) {
        guard place == .end(left: 0) else { throw .truncated(offset: offset) }
    }

    private mutating func begin(_ visitor: inout some EntryVisitor) throws(BundleError) {
        let (path, size) = try TarHeader.decode(header, offset: offset)
        header = []
        guard last.map({ $0.precedes(path) }) ?? (path == .label) else { throw .entry(path.description) }
        if case .indexFor = path { indexes += 1 }
        guard indexes <= EntryPath.mostIndexes else { throw .tooManyEntries }
        last = path
        // Every kind of entry has at least a byte; an empty one would also have no body to end.
        guard size > 0 else { throw .entry(path.description) }
        try visitor.began(path, size: size)
        place = .body(left: size, padding: TarHeader.padding(after: size))
    }

    private mutating func finishBody(padding: Int, _ visitor: inout some EntryVisitor) throws(BundleError) {
        try visitor.ended()
        if padding > 0 {
            place = .padding(left: padding)
        } else {
            place = last == .stationKey ? .end(left: 2 * TarHeader.block) : .header
        }
    }

    private func zeros(_ bytes: Span<UInt8>, atMost most: Int) throws(BundleError) -> Int {
        let used = min(bytes.count, most)
        for place in 0..<used where bytes[place] != 0 { throw .tar(offset: offset + place) }
        return used
    }
}
