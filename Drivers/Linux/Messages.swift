/// What a message of a protocol between this product's processes can break.
package protocol MessageFormatError: Error {
    /// It ends early, runs on, or announces more than is allowed: bytes.
    static func length(_ count: Int) -> Self
}

/// Reads big-endian numbers and short texts from the front of a message.
package struct MessageReader<Fault: MessageFormatError>: ~Escapable {
    private let bytes: Span<UInt8>
    private var position = 0

    @_lifetime(copy bytes)
    package init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    /// The next `count` bytes (1 ... 8) as one number.
    package mutating func take(_ count: Int) throws(Fault) -> UInt64 {
        guard count <= bytes.count - position else { throw .length(bytes.count) }
        var value: UInt64 = 0
        for index in position..<position + count { value = value << 8 | UInt64(bytes[index]) }
        position += count
        return value
    }

    package mutating func takeSigned() throws(Fault) -> Int32 { Int32(bitPattern: UInt32(try take(4))) }

    /// A text behind its length (1 byte).
    package mutating func takeText(bound: Int) throws(Fault) -> [UInt8] {
        let count = Int(try take(1))
        guard count <= bound, count <= bytes.count - position else { throw .length(count) }
        var text: [UInt8] = []
        for index in position..<position + count { text.append(bytes[index]) }
        position += count
        return text
    }

    package func end() throws(Fault) {
        guard position == bytes.count else { throw .length(bytes.count) }
    }
}

/// Writes what `MessageReader` reads.
package struct MessageWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func put(_ value: UInt64, _ count: Int) {
        for index in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }

    package mutating func put(signed value: Int32) { put(UInt64(UInt32(bitPattern: value)), 4) }

    /// - Parameter bound: bytes of the text that are written at most; fewer than 256.
    package mutating func put(text: [UInt8], bound: Int) {
        put(UInt64(min(text.count, bound)), 1)
        bytes += text.prefix(bound)
    }
}
