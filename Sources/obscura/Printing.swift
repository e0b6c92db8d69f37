import JOSE
import Linux

/// Prints an answer: as it came for programs, as lines for people.
func show(_ answer: JSONObject, json: Bool, _ lines: () -> [String]) {
    if json {
        print(String(decoding: answer.canonical, as: UTF8.self))
    } else {
        for line in lines() { print(line) }
    }
}

extension JSONObject {
    func text(_ key: String) -> String { if case .string(let text)? = self[key] { text } else { "" } }
    func integer(_ key: String) -> Int64 { if case .integer(let number)? = self[key] { number } else { 0 } }
    func object(_ key: String) -> JSONObject { if case .object(let object)? = self[key] { object } else { [:] } }

    func list(_ key: String) -> [String] {
        guard case .array(let values)? = self[key] else { return [] }
        return values.map(\.plain)
    }

    func objects(_ key: String) -> [JSONObject] {
        guard case .array(let values)? = self[key] else { return [] }
        return values.compactMap { if case .object(let object) = $0 { object } else { nil } }
    }
}

extension JSON {
    /// The value as a person writes it.
    var plain: String {
        switch self {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .bool(let truth): truth ? "yes" : "no"
        case .null: "-"
        case .array, .object: String(decoding: canonical, as: UTF8.self)
        }
    }
}

/// A line on the terminal while something takes long; nothing where standard error is not a terminal.
final class ProgressLine {
    private var shown: Bool

    init(_ text: String) {
        shown = isTerminal(2)
        if shown { complainWithoutNewline("\(text) …") }
    }

    func end() {
        if shown { complainWithoutNewline("\r\u{1B}[K") }
        shown = false
    }
}

/// A file the person named.
enum InputFile {
    static func text(_ name: String, bound: Int) throws -> String {
        let bytes: [UInt8]
        do {
            let file = name == "-" ? try standardStream(0) : try openForReading(name)
            bytes = try readAll(from: file, bound: bound)
        } catch FileError.tooLarge {
            throw RefusedByStation("file-size", "\(name) has more than \(bound) bytes")
        } catch {
            throw RefusedByStation("file", "cannot read \(name): \(error)")
        }
        return String(decoding: bytes, as: UTF8.self).trimmed
    }
}

extension String {
    var trimmed: String {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        return String(text)
    }
}
