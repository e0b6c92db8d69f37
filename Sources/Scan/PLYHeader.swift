/// What a PLY file says of its contents.
struct PLYHeader {
    enum Format { case text, little, big }

    enum Scalar: String {
        case int8, uint8, int16, uint16, int32, uint32, float32, float64

        init?(named word: String) {
            switch word {
            case "char": self = .int8
            case "uchar": self = .uint8
            case "short": self = .int16
            case "ushort": self = .uint16
            case "int": self = .int32
            case "uint": self = .uint32
            case "float": self = .float32
            case "double": self = .float64
            default: self.init(rawValue: word)
            }
        }

        var size: Int {
            switch self {
            case .int8, .uint8: 1
            case .int16, .uint16: 2
            case .int32, .uint32, .float32: 4
            case .float64: 8
            }
        }

        var isWhole: Bool { self != .float32 && self != .float64 }
    }

    struct Property {
        let name: String
        let scalar: Scalar
        /// What the length of a list is written as; nil for a single value.
        let list: Scalar?
        /// Whether its values are numbers of points.
        let isCorners: Bool
    }

    struct Element {
        let name: String
        let count: Int
        var properties: [Property] = []
    }

    private(set) var format: Format?
    private(set) var elements: [Element] = []
    /// Textures that comments name, as MeshLab writes them.
    private(set) var files: [ScanName] = []
    /// Where the data begins, and how many lines stand before it.
    private(set) var end = 0
    private(set) var lineCount = 0

    init(_ bytes: Span<UInt8>) throws(ScanFault) {
        guard begins(bytes, with: "ply\n") || begins(bytes, with: "ply\r\n") else { throw .notOfFormat }
        var lines = TextLines()
        _ = try lines.next(in: bytes)
        while var words = try lines.next(in: bytes) {
            guard lines.next <= 1 << 16 else { throw .header(line: lines.number) }
            guard lines.next <= bytes.count else { throw .truncated }
            guard let word = words.next(in: bytes) else { throw .header(line: lines.number) }
            if says(bytes, word, "end_header") {
                (end, lineCount) = (lines.next, lines.number)
                try check(lines.number)
                return
            }
            try take(text(bytes, word), &words, of: bytes)
        }
        throw .truncated
    }

    private mutating func take(_ word: String, _ words: inout Words, of bytes: Span<UInt8>) throws(ScanFault) {
        let malformed = ScanFault.header(line: words.line)
        switch word {
        case "comment":
            guard let first = words.next(in: bytes), says(bytes, first, "TextureFile") else { return }
            files.append(try words.name(in: bytes))
            guard files.count <= ScanBounds.names else { throw .tooMany }
        case "obj_info": break
        case "format":
            guard format == nil, elements.isEmpty, let name = words.next(in: bytes),
                let version = words.next(in: bytes),
                says(bytes, version, "1.0"), words.next(in: bytes) == nil
            else { throw malformed }
            switch text(bytes, name) {
            case "ascii": format = .text
            case "binary_little_endian": format = .little
            case "binary_big_endian": format = .big
            default: throw malformed
            }
        case "element":
            guard format != nil, elements.count < 16, let name = words.next(in: bytes),
                let number = words.next(in: bytes), let count = integer(bytes, number), count >= 0,
                words.next(in: bytes) == nil, !elements.contains(where: { $0.name == text(bytes, name) })
            else { throw malformed }
            guard count <= ScanBounds.things else { throw .tooMany }
            elements.append(Element(name: text(bytes, name), count: count))
        case "property":
            guard !elements.isEmpty, elements[elements.count - 1].properties.count < 64,
                let property = property(&words, bytes)
            else { throw malformed }
            elements[elements.count - 1].properties.append(property)
        default: throw malformed
        }
    }

    private func property(_ words: inout Words, _ bytes: Span<UInt8>) -> Property? {
        guard let first = words.next(in: bytes), let element = elements.last else { return nil }
        var list: Scalar?
        var type = first
        if says(bytes, first, "list") {
            guard let length = words.next(in: bytes), let scalar = Scalar(named: text(bytes, length)), scalar.isWhole,
                let items = words.next(in: bytes)
            else { return nil }
            (list, type) = (scalar, items)
        }
        guard let scalar = Scalar(named: text(bytes, type)), let word = words.next(in: bytes),
            words.next(in: bytes) == nil
        else { return nil }
        let name = text(bytes, word)
        guard !element.properties.contains(where: { $0.name == name }) else { return nil }
        let isCorners = element.name == "face" && (name == "vertex_indices" || name == "vertex_index")
        guard !isCorners || (list != nil && scalar.isWhole) else { return nil }
        return Property(name: name, scalar: scalar, list: list, isCorners: isCorners)
    }

    /// There are points, with three coordinates, and every element has something.
    private func check(_ line: Int) throws(ScanFault) {
        guard format != nil, let points = elements.first(where: { $0.name == "vertex" }),
            ["x", "y", "z"].allSatisfy({ name in
                points.properties.contains { $0.name == name && $0.list == nil && !$0.scalar.isWhole }
            }), elements.allSatisfy({ !$0.properties.isEmpty })
        else { throw .header(line: line) }
        guard points.count > 0 else { throw .nothing }
    }

    var pointCount: Int { elements.first { $0.name == "vertex" }?.count ?? 0 }
    var faceCount: Int { elements.first { $0.name == "face" }?.count ?? 0 }
}

private func text(_ bytes: Span<UInt8>, _ word: Range<Int>) -> String {
    String(decoding: word.map { bytes[$0] }, as: UTF8.self)
}
