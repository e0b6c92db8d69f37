/// A message on its way out: at most 63 bytes, no memory beyond its own.
public struct Packet: Sendable {
    public static let capacity = 63

    private var storage: [64 of UInt8] = .init(repeating: 0)
    /// Bytes written.
    public private(set) var count = 0

    public init() {}

    /// A message without payload.
    init(_ header: MessageHeader) {
        append(MessageHeader.version)
        append(header.type)
        append(header.sequence)
        append(header.length)
        append(header.status.rawValue)
    }

    /// The answer to bytes that were no message.
    public init(refusing status: PodStatus) {
        self.init(MessageHeader(type: 0, sequence: 0, length: 0, status: status))
    }

    public subscript(place: Int) -> UInt8 { storage[place] }

    /// The message's bytes.
    public var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { storage.span.extracting(0..<count) }
    }

    /// - Precondition: fewer than `capacity` bytes so far; what is written is chosen here, never by the host.
    public mutating func append(_ value: UInt8) {
        precondition(count < Self.capacity)
        storage[count] = value
        count += 1
    }

    public mutating func append(_ value: UInt16) {
        append(UInt8(truncatingIfNeeded: value))
        append(UInt8(truncatingIfNeeded: value >> 8))
    }

    public mutating func append(_ value: UInt32) {
        append(UInt16(truncatingIfNeeded: value))
        append(UInt16(truncatingIfNeeded: value >> 16))
    }

    public mutating func append(_ value: UInt64) {
        append(UInt32(truncatingIfNeeded: value))
        append(UInt32(truncatingIfNeeded: value >> 32))
    }

    /// Writes the length of what follows the header into it.
    mutating func close() {
        let length = UInt16(truncatingIfNeeded: count - MessageHeader.size)
        storage[4] = UInt8(truncatingIfNeeded: length)
        storage[5] = UInt8(truncatingIfNeeded: length >> 8)
    }
}

/// Reads little-endian numbers off a message and never beyond it.
public struct PacketReader: ~Escapable {
    private let bytes: Span<UInt8>
    private var place = 0

    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    public mutating func byte() throws(PodStatus) -> UInt8 {
        guard place < bytes.count else { throw .length }
        defer { place += 1 }
        return bytes[place]
    }

    public mutating func number16() throws(PodStatus) -> UInt16 {
        let low = try byte()
        return UInt16(low) | UInt16(try byte()) << 8
    }

    public mutating func number32() throws(PodStatus) -> UInt32 {
        let low = try number16()
        return UInt32(low) | UInt32(try number16()) << 16
    }

    public mutating func number64() throws(PodStatus) -> UInt64 {
        let low = try number32()
        return UInt64(low) | UInt64(try number32()) << 32
    }

    /// - Throws: `length` where something is left.
    public func finish() throws(PodStatus) {
        guard place == bytes.count else { throw .length }
    }

    /// A header, whose length is that of the rest.
    ///
    /// - Throws: `short`, `version`, `length`.
    public mutating func header() throws(PodStatus) -> MessageHeader {
        guard bytes.count - place >= MessageHeader.size else { throw .short }
        guard try byte() == MessageHeader.version else { throw .version }
        let (type, sequence, length) = (try byte(), try number16(), try number16())
        guard let status = PodStatus(rawValue: try number16()) else { throw .argument }
        guard Int(length) == bytes.count - place else { throw .length }
        return MessageHeader(type: type, sequence: sequence, length: length, status: status)
    }
}
