/// Reads TOML 1.0 as far as a station's files need it: tables, lists of tables, bare and quoted keys, one-line strings,
/// decimal numbers, truths and lists of these.
///
/// Refused, each with its line: multi-line strings, inline tables, dotted keys before `=`, dates, other bases, whatever is
/// no TOML. Written here because the library that was used before ended the process on a table called `[.a]`.
struct TOMLParser {
    private let bytes: [UInt8]
    private var place = 0
    private var line = 1

    /// Tables that a document may have, names in one head, and lists within a list.
    private static let mostTables = 1000
    private static let deepest = 8

    /// - Throws: `syntax`, with the line.
    static func table(parsing text: String) throws(TableFault) -> TOMLTable {
        var parser = TOMLParser(bytes: Array(text.utf8))
        return try parser.document()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func fault(_ why: String) -> TableFault { .syntax("line \(line): \(why)") }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func take(_ byte: Character) -> Bool {
        guard let wanted = byte.asciiValue, next == wanted else { return false }
        place += 1
        return true
    }

    private mutating func document() throws(TableFault) -> TOMLTable {
        var root = TOMLTable()
        var (current, path, inList, heads) = (TOMLTable(), [String](), false, 0)
        while true {
            try skipLines()
            guard let byte = next, byte != UInt8(ascii: "[") else {
                if path.isEmpty {
                    root = current
                } else if !root.place(current, at: path[...], inList: inList) {
                    throw fault("the table before stands here twice")
                }
                if next == nil { return root }
                (path, inList) = try head()
                heads += 1
                guard heads <= Self.mostTables else { throw fault("more than \(Self.mostTables) tables") }
                current = TOMLTable()
                continue
            }
            let key = try key()
            skipBlanks()
            guard take("=") else { throw fault("a key and = belong here") }
            skipBlanks()
            guard current.add(key, try value(depth: 0)) else { throw fault("the key \(key) stands here twice") }
            try endLine()
        }
    }

    /// `[a.b]` or `[[a.b]]`.
    private mutating func head() throws(TableFault) -> (path: [String], inList: Bool) {
        place += 1
        let inList = take("[")
        var path: [String] = []
        repeat {
            skipBlanks()
            path.append(try key())
            skipBlanks()
        } while take(".") && path.count <= Self.deepest
        guard path.count <= Self.deepest, take("]"), !inList || take("]") else {
            throw fault("a table's name ends in ]")
        }
        try endLine()
        return (path, inList)
    }

    private mutating func key() throws(TableFault) -> String {
        if next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") { return try string() }
        let start = place
        while let byte = next, Self.isBare(byte) { place += 1 }
        guard place > start else { throw fault("a key belongs here") }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private mutating func value(depth: Int) throws(TableFault) -> TOMLValue {
        switch next {
        case UInt8(ascii: "\"")?, UInt8(ascii: "'")?: return .string(try string())
        case UInt8(ascii: "[")?:
            guard depth < Self.deepest else { throw fault("lists lie too deep") }
            return .array(try list(depth: depth))
        default: return try word()
        }
    }

    private mutating func list(depth: Int) throws(TableFault) -> [TOMLValue] {
        place += 1
        var values: [TOMLValue] = []
        while true {
            try skipLines()
            if take("]") { return values }
            values.append(try value(depth: depth + 1))
            try skipLines()
            if take("]") { return values }
            guard take(",") else { throw fault("a list's values are parted by commas and end in ]") }
        }
    }

    /// A truth or a number.
    private mutating func word() throws(TableFault) -> TOMLValue {
        let start = place
        while let byte = next, Self.isBare(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".") {
            place += 1
        }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: break
        }
        let digits = text.drop { $0 == "-" || $0 == "+" }
        // Swift reads more than TOML allows: signs twice, names of numbers, hexadecimal.
        guard text.count - digits.count <= 1, let first = digits.utf8.first, (0x30...0x39).contains(first),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }), digits.utf8.last != 0x2E,
            digits.utf8.count == 1 || first != 0x30 || digits.utf8.dropFirst().first == 0x2E
        else { throw fault("a text in quotes, a number, true, false or a list belongs here") }
        if let number = Int64(text) { return .integer(number) }
        guard digits.contains("."), let number = Double(text), number.isFinite else {
            throw fault("the number \(text) is too large")
        }
        return .decimal(number)
    }

    /// A string of one line, basic or literal.
    private mutating func string() throws(TableFault) -> String {
        let quote = bytes[place]
        place += 1
        var text: [UInt8] = []
        while let byte = next, byte != UInt8(ascii: "\n") {
            place += 1
            if byte == quote {
                if text.isEmpty, next == quote { throw fault("strings of many lines are not read") }
                return String(decoding: text, as: UTF8.self)
            }
            guard byte >= 0x20 || byte == 0x09, byte != 0x7F else { throw fault("a control character in a string") }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                text += Array(String(try escaped()).utf8)
            } else {
                text.append(byte)
            }
        }
        throw fault("the string does not end")
    }

    /// What stands behind a backslash.
    private mutating func escaped() throws(TableFault) -> Unicode.Scalar {
        let kind = next
        place += 1
        let plain: [UInt8: Unicode.Scalar] = [
            UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "t"): "\t", UInt8(ascii: "n"): "\n", UInt8(ascii: "f"): "\u{C}",
            UInt8(ascii: "r"): "\r", UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\",
        ]
        if let kind, let scalar = plain[kind] { return scalar }
        let count = kind == UInt8(ascii: "u") ? 4 : kind == UInt8(ascii: "U") ? 8 : 0
        let digits = bytes.dropFirst(place).prefix(count)
        guard count > 0, digits.count == count, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16), let scalar = Unicode.Scalar(number)
        else { throw fault("an escape that TOML does not have") }
        place += count
        return scalar
    }

    private mutating func skipBlanks() { while next == 0x20 || next == 0x09 { place += 1 } }

    /// Blanks, comments and ends of lines.
    private mutating func skipLines() throws(TableFault) {
        while true {
            skipBlanks()
            guard let byte = next, byte == UInt8(ascii: "#") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            else { return }
            try endLine()
        }
    }

    /// Blanks, perhaps a comment, and the end of the line or of the document.
    private mutating func endLine() throws(TableFault) {
        skipBlanks()
        if next == UInt8(ascii: "#") {
            while let byte = next, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
                guard byte >= 0x20 || byte == 0x09, byte != 0x7F else {
                    throw fault("a control character in a comment")
                }
                place += 1
            }
        }
        if next == UInt8(ascii: "\r"), place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "\n") { place += 1 }
        guard next == nil || next == UInt8(ascii: "\n") else { throw fault("something stands behind the value") }
        if next != nil { place += 1 }
        line += 1
    }
}
