extension MeshFacts {
    /// Looks at an STL file, binary or text; it is binary when its length says so, since the first bytes may lie.
    package init(stl bytes: Span<UInt8>) throws(ScanFault) {
        try checkSize(bytes)
        let count = bytes.count >= 84 ? Int(little32(bytes, 80)) : 0
        if bytes.count >= 84, bytes.count == 84 + 50 * count {
            try self.init(binarySTL: bytes, triangles: count)
        } else if begins(bytes, with: "solid") {
            try self.init(textSTL: bytes)
        } else if bytes.count >= 84 {
            guard bytes.count > 84 + 50 * count else { throw .truncated }
            throw .trailing(bytes.count - 84 - 50 * count)
        } else {
            throw .notOfFormat
        }
    }

    /// Each triangle is a normal and three points, twelve floats, and two bytes that mean nothing certain.
    private init(binarySTL bytes: Span<UInt8>, triangles: Int) throws(ScanFault) {
        guard triangles > 0 else { throw .nothing }
        guard triangles <= ScanBounds.things else { throw .tooMany }
        for triangle in 0..<triangles {
            for number in 0..<12 {
                let place = 84 + 50 * triangle + 4 * number
                guard isSensible(Double(Float(bitPattern: little32(bytes, place)))) else { throw .numberAt(place) }
            }
        }
        (points, faces) = (3 * triangles, triangles)
    }

    private init(textSTL bytes: Span<UInt8>) throws(ScanFault) {
        var lines = TextLines()
        var triangles = 0
        // What the next line must be: solid, then facets of seven lines each, then endsolid.
        var step = 0
        while var words = try lines.next(in: bytes) {
            guard let word = words.next(in: bytes) else { continue }
            switch step {
            case 0 where says(bytes, word, "solid"):
                _ = words.remainder(in: bytes)
                step = 1
            case 1 where says(bytes, word, "facet"):
                try words.expect("normal", in: bytes)
                try words.numbers(in: bytes, 3...3)
                triangles += 1
                guard triangles <= ScanBounds.things else { throw .tooMany }
                step = 2
            case 1 where says(bytes, word, "endsolid"):
                _ = words.remainder(in: bytes)
                step = 8
            case 2 where says(bytes, word, "outer"):
                try words.expect("loop", in: bytes)
                step = 3
            case 3...5 where says(bytes, word, "vertex"):
                try words.numbers(in: bytes, 3...3)
                step += 1
            case 6 where says(bytes, word, "endloop"): step = 7
            case 7 where says(bytes, word, "endfacet"): step = 1
            default: throw .word(line: words.line)
            }
            try words.finish(in: bytes)
        }
        guard step == 8 else { throw .truncated }
        guard triangles > 0 else { throw .nothing }
        (points, faces) = (3 * triangles, triangles)
    }
}

extension Words {
    fileprivate mutating func expect(_ text: String, in bytes: Span<UInt8>) throws(ScanFault) {
        guard let word = next(in: bytes), says(bytes, word, text) else { throw .word(line: line) }
    }
}

func begins(_ bytes: Span<UInt8>, with text: String) -> Bool {
    bytes.count >= text.utf8.count && says(bytes, 0..<text.utf8.count, text)
}

func little32(_ bytes: Span<UInt8>, _ place: Int) -> UInt32 {
    UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16
        | UInt32(bytes[place + 3]) << 24
}

/// Whether a number is finite and no larger than any coordinate.
func isSensible(_ number: Double) -> Bool { number.magnitude <= ScanBounds.coordinate }
