import Linux

/// One way in for bytes that somebody else made: it refuses them, or takes them and means what it says.
package struct ForeignParser: Sendable {
    /// Also the folder of its seeds.
    package let name: String
    /// Whether the bytes were taken. Ends the process when the parser contradicts itself.
    package let takes: @Sendable ([UInt8]) -> Bool

    package init(_ name: String, _ takes: @escaping @Sendable ([UInt8]) -> Bool) {
        self.name = name
        self.takes = takes
    }

    /// Bytes that the parser must take, each a file of `Tests/Fuzz/Seeds/<name>`: formats that were promised to last
    /// are read from what was once written.
    package func seeds() throws -> [[UInt8]] {
        let folder = try Folder(path: "\(Self.sources)Seeds/\(name)")
        return try folder.names().map { file in try folder.read(file, bound: 1 << 20) }
    }

    private static var sources: Substring {
        let path = #filePath[...]
        return path.prefix(path.count - "Pictures/ForeignParser.swift".count)
    }
}

/// Changes that repeat with their seed (xorshift64*).
package struct Mangler {
    private var state: UInt64

    package init(seed: UInt64) { state = seed | 1 }

    package mutating func below(_ bound: Int) -> Int {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % max(1, bound)
    }

    /// One to five bytes set, bits turned, parts cut, put in or said twice.
    package mutating func mangled(_ seed: [UInt8]) -> [UInt8] {
        var bytes = seed
        for _ in 0...below(4) {
            let place = below(bytes.count)
            switch below(6) {
            case 0 where !bytes.isEmpty: bytes[place] = UInt8(below(256))
            case 1 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8(below(8))
            case 2: bytes.removeLast(below(bytes.count - place + 1))
            case 3 where !bytes.isEmpty: bytes.remove(at: place)
            case 4: bytes.insert(UInt8(below(256)), at: place)
            default: bytes.insert(contentsOf: bytes.dropFirst(place).prefix(below(600)), at: place)
            }
        }
        return bytes
    }
}
