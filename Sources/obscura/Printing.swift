import Control
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
