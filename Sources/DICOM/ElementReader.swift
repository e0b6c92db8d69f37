/// Walks over the data elements of a file in explicit VR little endian; every step checks the file's end.
struct ElementReader {
    private var place = 132
    private var last = DICOMTag(0, 0)
    private var count = 0

    private static let mostElements = 4096
    private static let mostDepth = 8
    private static let undefined = 0xFFFF_FFFF
    private static let pixels = DICOMTag(0x7FE0, 0x0010)
    private static let item = DICOMTag(0xFFFE, 0xE000)
    private static let itemEnd = DICOMTag(0xFFFE, 0xE00D)
    private static let sequenceEnd = DICOMTag(0xFFFE, 0xE0DD)

    init(_ bytes: Span<UInt8>) throws(DICOMError) {
        guard bytes.count >= 132 else { throw .notDICOM }
        for (index, byte) in "DICM".utf8.enumerated() where bytes[128 + index] != byte { throw .notDICOM }
    }

    /// The next element; nil when the pixels begin.
    mutating func next(_ bytes: Span<UInt8>) throws(DICOMError) -> DICOMFile.Element? {
        let start = place
        let head = try header(bytes, end: bytes.count)
        guard head.tag > last else { throw .element(head.tag, at: start) }
        last = head.tag
        if head.tag == Self.pixels {
            guard head.representation == "OB", head.length == Self.undefined else { throw .fragments }
            return nil
        }
        let value = place
        if head.representation == "SQ" {
            try skipItems(bytes, length: head.length, end: bytes.count, depth: 1)
        } else {
            guard head.length != Self.undefined, head.length % 2 == 0 else { throw .element(head.tag, at: start) }
            guard head.length <= bytes.count - place else { throw .truncated(at: start) }
            place += head.length
        }
        return DICOMFile.Element(tag: head.tag, representation: head.representation, value: value..<place)
    }

    /// The one fragment after an empty offset table; nothing follows the end of the pixels (PS3.5, A.4).
    mutating func fragment(_ bytes: Span<UInt8>) throws(DICOMError) -> Range<Int> {
        guard try item(bytes) == (Self.item, 0) else { throw .fragments }
        let (tag, length) = try item(bytes)
        guard tag == Self.item, length > 0, length % 2 == 0 else { throw .fragments }
        guard length <= bytes.count - place else { throw .truncated(at: place) }
        let fragment = place..<place + length
        place += length
        guard try item(bytes) == (Self.sequenceEnd, 0), place == bytes.count else { throw .fragments }
        return fragment
    }

    private mutating func header(
        _ bytes: Span<UInt8>, end: Int
    ) throws(DICOMError) -> (tag: DICOMTag, representation: String, length: Int) {
        count += 1
        guard count <= Self.mostElements else { throw .tooMany }
        let start = place
        guard end - place >= 8 else { throw .truncated(at: start) }
        let tag = tag(bytes)
        let letters = [bytes[place + 4], bytes[place + 5]]
        guard letters.allSatisfy({ (0x41...0x5A).contains($0) }) else { throw .element(tag, at: start) }
        let representation = String(decoding: letters, as: UTF8.self)
        switch representation {
        case "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV":
            guard end - place >= 12, bytes[place + 6] == 0, bytes[place + 7] == 0 else {
                throw .element(tag, at: start)
            }
            let length = word(bytes, place + 8)
            place += 12
            return (tag, representation, length)
        default:
            let length = Int(bytes[place + 6]) | Int(bytes[place + 7]) << 8
            place += 8
            return (tag, representation, length)
        }
    }

    private mutating func skipItems(
        _ bytes: Span<UInt8>, length: Int, end: Int, depth: Int
    ) throws(DICOMError) {
        guard depth <= Self.mostDepth else { throw .tooMany }
        let open = length == Self.undefined
        guard open || length <= end - place else { throw .truncated(at: place) }
        let stop = open ? end : place + length
        while open || place < stop {
            let start = place
            guard stop - place >= 8 else { throw .truncated(at: start) }
            let (tag, itemLength) = try item(bytes)
            if open, tag == Self.sequenceEnd, itemLength == 0 { return }
            guard tag == Self.item else { throw .element(tag, at: start) }
            try skipItem(bytes, length: itemLength, end: stop, depth: depth)
        }
    }

    private mutating func skipItem(_ bytes: Span<UInt8>, length: Int, end: Int, depth: Int) throws(DICOMError) {
        let open = length == Self.undefined
        guard open || length <= end - place else { throw .truncated(at: place) }
        let stop = open ? end : place + length
        while open || place < stop {
            let start = place
            guard stop - place >= 8 else { throw .truncated(at: start) }
            if open, tag(bytes) == Self.itemEnd {
                place += 8
                return
            }
            let head = try header(bytes, end: stop)
            if head.representation == "SQ" {
                try skipItems(bytes, length: head.length, end: stop, depth: depth + 1)
            } else {
                guard head.length <= stop - place else { throw .truncated(at: start) }
                place += head.length
            }
        }
    }

    /// An item's or delimiter's tag and length.
    private mutating func item(_ bytes: Span<UInt8>) throws(DICOMError) -> (DICOMTag, Int) {
        count += 1
        guard count <= Self.mostElements else { throw .tooMany }
        guard bytes.count - place >= 8 else { throw .truncated(at: place) }
        let result = (tag(bytes), word(bytes, place + 4))
        place += 8
        return result
    }

    private func tag(_ bytes: Span<UInt8>) -> DICOMTag {
        DICOMTag(
            UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8,
            UInt16(bytes[place + 2]) | UInt16(bytes[place + 3]) << 8)
    }

    private func word(_ bytes: Span<UInt8>, _ at: Int) -> Int {
        Int(bytes[at]) | Int(bytes[at + 1]) << 8 | Int(bytes[at + 2]) << 16 | Int(bytes[at + 3]) << 24
    }
}
