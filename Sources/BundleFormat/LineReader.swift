/// Reads a document of `keyword value` lines, in order, each ended by LF; ASCII only.
struct LineReader {
    private let document: BundleError.Document
    private var rest: ArraySlice<UInt8>
    private var line = 0

    /// - Parameter format: the first line.
    init(_ text: [UInt8], _ document: BundleError.Document, format: String) throws(BundleError) {
        self.document = document
        rest = text[...]
        guard try next() == format else { throw .line(1, of: document) }
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// The next line without its LF.
    mutating func next() throws(BundleError) -> String {
        line += 1
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { throw .line(line, of: document) }
        let bytes = rest[..<end]
        guard bytes.allSatisfy({ (0x20...0x7e).contains($0) }) else { throw .line(line, of: document) }
        rest = rest[(end + 1)...]
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value of the next line, which must have this keyword.
    mutating func value(_ keyword: String) throws(BundleError) -> String {
        let text = try next()
        guard text.hasPrefix(keyword + " "), text.utf8.count > keyword.utf8.count + 1 else {
            throw .line(line, of: document)
        }
        return String(text.dropFirst(keyword.utf8.count + 1))
    }

    mutating func value<Value>(
        _ keyword: String, _ parse: (String) throws(BundleError) -> Value
    ) throws(BundleError) -> Value {
        let text = try value(keyword)
        do { return try parse(text) } catch { throw .line(line, of: document) }
    }

    /// A decimal number without leading zeros.
    mutating func number(_ keyword: String, atMost most: UInt64 = .max) throws(BundleError) -> UInt64 {
        let text = try value(keyword)
        guard let number = UInt64(text), String(number) == text, number <= most else {
            throw .line(line, of: document)
        }
        return number
    }

    mutating func digest(_ keyword: String) throws(BundleError) -> Digest {
        try value(keyword) { text throws(BundleError) in try Digest(hex: text) }
    }

    mutating func choice<Choice: RawRepresentable<String>>(_ keyword: String) throws(BundleError) -> Choice {
        let text = try value(keyword)
        guard let choice = Choice(rawValue: text) else { throw .line(line, of: document) }
        return choice
    }

    func end() throws(BundleError) {
        guard isAtEnd else { throw .line(line + 1, of: document) }
    }

    /// An error at the line read last.
    var fault: BundleError { .line(line, of: document) }
}

func document(_ lines: [String]) -> [UInt8] { lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] } }
