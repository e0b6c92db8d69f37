/// Reads big-endian numbers from the front of a message.
struct MessageReader: ~Escapable {
    private let bytes: Span<UInt8>
    private var position = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    /// The next `count` bytes (1 ... 8) as one number.
    mutating func take(_ count: Int) throws(DetectionFormatError) -> UInt64 {
        guard count <= bytes.count - position else { throw .length(bytes.count) }
        var value: UInt64 = 0
        for index in position..<position + count { value = value << 8 | UInt64(bytes[index]) }
        position += count
        return value
    }

    mutating func takeSigned() throws(DetectionFormatError) -> Int32 {
        Int32(bitPattern: UInt32(try take(4)))
    }

    func end() throws(DetectionFormatError) {
        guard position == bytes.count else { throw .length(bytes.count) }
    }
}

/// Writes big-endian numbers.
struct MessageWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ value: UInt64, _ count: Int) {
        for index in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }

    mutating func put(signed value: Int32) { put(UInt64(UInt32(bitPattern: value)), 4) }
}
