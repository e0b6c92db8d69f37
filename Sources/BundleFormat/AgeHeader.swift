/// The header of an age v1 file is not as the format says.
package enum AgeHeaderError: Error, Equatable {
    /// Not `age-encryption.org/v1`.
    case version
    /// The bytes break the grammar at this offset.
    case syntax(offset: Int)
    /// The header does not end within `AgeHeader.longest` bytes, or the file ends first.
    case unfinished
}

/// The text part of an age v1 file (age-encryption.org/v1): who may open it, and a MAC that needs the file key.
package struct AgeHeader: Sendable, Equatable {
    package struct Stanza: Sendable, Equatable {
        /// Kind and further words, at least one, none empty, all of printable ASCII without space.
        package let words: [String]
        package let body: [UInt8]

        package init(words: [String], body: [UInt8]) {
            self.words = words
            self.body = body
        }
    }

    package let stanzas: [Stanza]
    /// 32 bytes.
    package let mac: [UInt8]
    /// The bytes that the MAC covers: from the start through `---`.
    package let macLength: Int
    /// All bytes of the header, the line of the MAC included.
    package let length: Int

    /// The most bytes a header may have: about 40 recipients.
    package static let longest = 65536
    private static let version = "age-encryption.org/v1\n"

    /// What the MAC covers, ending in `---`.
    package static func text(_ stanzas: [Stanza]) -> [UInt8] {
        var text = Array(version.utf8)
        for stanza in stanzas {
            text += Array("-> \(stanza.words.joined(separator: " "))\n".utf8)
            let body = Base64.encode(stanza.body)
            for start in stride(from: 0, through: body.count, by: 64) {
                text += body[start..<min(start + 64, body.count)]
                text.append(UInt8(ascii: "\n"))
            }
        }
        return text + Array("---".utf8)
    }

    /// The rest of the header after `text`: the MAC's line.
    package static func end(mac: [UInt8]) -> [UInt8] {
        [UInt8(ascii: " ")] + Base64.encode(mac) + [UInt8(ascii: "\n")]
    }

    /// Unpadded base64 in its canonical form, as in the words of a stanza.
    package static func encodeWord(_ bytes: [UInt8]) -> String {
        String(decoding: Base64.encode(bytes), as: UTF8.self)
    }

    package static func decodeWord(_ word: String) -> [UInt8]? { Base64.decode(Array(word.utf8)) }

    /// Reads the header at the start of `file`; what follows it is not looked at.
    package init(parsing file: Span<UInt8>) throws(AgeHeaderError) {
        let limit = min(file.count, Self.longest)
        var offset = 0

        func line() throws(AgeHeaderError) -> [UInt8] {
            var bytes: [UInt8] = []
            while offset < limit {
                let byte = file[offset]
                offset += 1
                if byte == UInt8(ascii: "\n") { return bytes }
                bytes.append(byte)
            }
            throw .unfinished
        }

        guard let first = try? line(), first == Array(Self.version.utf8.dropLast()) else { throw .version }
        var stanzas: [Stanza] = []
        while true {
            let start = offset
            let text = try line()
            if text.starts(with: "---".utf8) {
                guard text.count > 4, text[3] == UInt8(ascii: " "), !stanzas.isEmpty,
                    let mac = Base64.decode(text[4...]), mac.count == 32
                else { throw .syntax(offset: start) }
                self.stanzas = stanzas
                self.mac = mac
                macLength = start + 3
                length = offset
                return
            }
            guard text.starts(with: "-> ".utf8), let words = Self.words(text[3...]) else {
                throw .syntax(offset: start)
            }
            var body: [UInt8] = []
            var text64: [UInt8]
            repeat {
                let start = offset
                text64 = try line()
                guard text64.count <= 64, let bytes = Base64.decode(text64) else { throw .syntax(offset: start) }
                body += bytes
            } while text64.count == 64
            stanzas.append(Stanza(words: words, body: body))
        }
    }

    private static func words(_ bytes: ArraySlice<UInt8>) -> [String]? {
        let parts = bytes.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (0x21...0x7e).contains($0) } }) else { return nil }
        return parts.map { String(decoding: $0, as: UTF8.self) }
    }
}
