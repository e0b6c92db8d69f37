import Hex

/// ASCII lines, each ended by a line feed, read one after the other.
struct Lines {
    private let bytes: [UInt8]
    private var offset = 0
    /// Lines read so far.
    private(set) var count: UInt32 = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { offset == bytes.count }

    /// The next line without its end; nil where there is none, it is not ended, or it has other bytes than 0x20 … 0x7e.
    mutating func next() -> String? {
        count += 1
        guard let end = bytes[offset...].firstIndex(of: 0x0a) else { return nil }
        let line = bytes[offset..<end]
        guard line.allSatisfy({ (0x20...0x7e).contains($0) }) else { return nil }
        offset = end + 1
        return String(decoding: line, as: UTF8.self)
    }

    /// What follows `keyword` and one space on the next line.
    mutating func next(after keyword: String) -> String? {
        guard let line = next(), line.hasPrefix(keyword + " ") else { return nil }
        return String(line.dropFirst(keyword.utf8.count + 1))
    }
}

/// A SHA-256 digest as documents carry it.
func isDigest(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { Hex.value(of: $0) != nil }
}

/// A number without sign or leading zeros.
func decimal(_ text: some StringProtocol) -> UInt64? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text == "0" || text.utf8.first != 0x30 else {
        return nil
    }
    return UInt64(text)
}
