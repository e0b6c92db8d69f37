extension MeshFacts {
    /// Looks at a Wavefront OBJ file: points, texture points, normals, faces, groups and materials; no curves, no calls.
    package init(obj bytes: Span<UInt8>) throws(ScanFault) {
        try checkSize(bytes)
        var reader = OBJReader()
        var lines = TextLines()
        while let words = try lines.next(in: bytes) { try reader.take(words, of: bytes) }
        self = try reader.finish()
    }
}

private struct OBJReader {
    private var facts = MeshFacts()
    /// Points, texture points and normals so far.
    private var counts = [0, 0, 0]
    /// The largest number that a face has named of each, and where.
    private var named: [(index: Int, line: Int)] = [(0, 0), (0, 0), (0, 0)]

    mutating func take(_ line: Words, of bytes: Span<UInt8>) throws(ScanFault) {
        var words = line
        guard let word = words.next(in: bytes), bytes[word.lowerBound] != UInt8(ascii: "#") else { return }
        if says(bytes, word, "v") {
            // x y z, perhaps a weight or a colour of its own.
            try words.numbers(in: bytes, 3...7)
            try count(0)
        } else if says(bytes, word, "vt") {
            try words.numbers(in: bytes, 1...3)
            try count(1)
        } else if says(bytes, word, "vn") {
            try words.numbers(in: bytes, 3...3)
            try count(2)
        } else if says(bytes, word, "f") {
            try face(&words, bytes)
        } else if says(bytes, word, "usemtl") {
            facts.materials.insert(words.remainder(in: bytes))
            guard facts.materials.count <= ScanBounds.names else { throw .tooMany }
        } else if says(bytes, word, "mtllib") {
            facts.files.append(try words.name(in: bytes))
            guard facts.files.count <= ScanBounds.names else { throw .tooMany }
        } else if !says(bytes, word, "o"), !says(bytes, word, "g"), !says(bytes, word, "s") {
            throw .word(line: line.line)
        }
    }

    private mutating func count(_ kind: Int) throws(ScanFault) {
        counts[kind] += 1
        guard counts[kind] <= ScanBounds.things else { throw .tooMany }
    }

    private mutating func face(_ words: inout Words, _ bytes: Span<UInt8>) throws(ScanFault) {
        var corners = 0
        while let word = words.next(in: bytes) {
            try corner(word, bytes, line: words.line)
            corners += 1
        }
        guard corners >= 3 else { throw .number(line: words.line) }
        facts.faces += 1
        guard facts.faces <= ScanBounds.things else { throw .tooMany }
    }

    /// `1`, `1/2`, `1//3` or `1/2/3`; a negative number counts back from the newest.
    private mutating func corner(_ word: Range<Int>, _ bytes: Span<UInt8>, line: Int) throws(ScanFault) {
        var (start, kind) = (word.lowerBound, 0)
        while true {
            var end = start
            while end < word.upperBound, bytes[end] != UInt8(ascii: "/") { end += 1 }
            let isLeftOut = start == end && kind == 1 && end < word.upperBound
            if !isLeftOut {
                guard let index = integer(bytes, start..<end) else { throw .number(line: line) }
                guard index != 0, index > 0 || -index <= counts[kind] else { throw .index(line: line) }
                if index > named[kind].index { named[kind] = (index, line) }
            }
            guard end < word.upperBound else { return }
            (start, kind) = (end + 1, kind + 1)
            guard kind < 3 else { throw .number(line: line) }
        }
    }

    /// A face may name a point that comes later, so what was named is compared at the end.
    consuming func finish() throws(ScanFault) -> MeshFacts {
        for kind in 0..<3 where named[kind].index > counts[kind] { throw .index(line: named[kind].line) }
        facts.points = counts[0]
        guard facts.points > 0, facts.faces > 0 else { throw .nothing }
        return facts
    }
}

func checkSize(_ bytes: Span<UInt8>) throws(ScanFault) {
    guard (1...ScanBounds.fileBytes).contains(bytes.count) else { throw .size(bytes.count) }
}
