/// The materials of a Wavefront MTL file.
package struct MaterialFacts: Sendable, Equatable {
    /// Their names.
    package private(set) var names: Set<[UInt8]> = []
    /// Textures that they name, in order.
    package private(set) var files: [ScanName] = []

    /// - Parameter bytes: at most a megabyte.
    package init(mtl bytes: Span<UInt8>) throws(ScanFault) {
        guard (1...1 << 20).contains(bytes.count) else { throw .size(bytes.count) }
        var lines = TextLines()
        while var words = try lines.next(in: bytes) {
            guard let word = words.next(in: bytes), bytes[word.lowerBound] != UInt8(ascii: "#") else { continue }
            try take(String(decoding: word.map { bytes[$0] }, as: UTF8.self), &words, of: bytes)
            guard names.count <= ScanBounds.names, files.count <= ScanBounds.names else { throw .tooMany }
        }
        guard !names.isEmpty else { throw .nothing }
    }

    private mutating func take(_ word: String, _ words: inout Words, of bytes: Span<UInt8>) throws(ScanFault) {
        if word == "newmtl" {
            let name = words.remainder(in: bytes)
            guard !name.isEmpty, names.insert(name).inserted else { throw .word(line: words.line) }
            return
        }
        guard !names.isEmpty else { throw .word(line: words.line) }
        switch word {
        case "Ka", "Kd", "Ks", "Ke", "Tf": try words.numbers(in: bytes, 3...3)
        case "Ns", "Ni", "d", "Tr", "illum", "sharpness", "Pr", "Pm", "Ps", "Pc", "Pcr", "aniso", "anisor":
            try words.numbers(in: bytes, 1...1)
        // Options stand before the name; a name does not begin with a dash, so a line with options is refused.
        case "map_Ka", "map_Kd", "map_Ks", "map_Ke", "map_Ns", "map_d", "map_Bump", "map_bump", "bump", "disp",
            "decal", "norm", "map_Pr", "map_Pm", "map_Ps":
            files.append(try words.name(in: bytes))
        default: throw .word(line: words.line)
        }
    }
}
