import PodCore

/// One packet on its way to the host: at most 64 bytes.
public struct USBPacket: Sendable {
    /// Bytes of the largest packet at full speed (USB 2.0, 5.5.3 and 5.8.3).
    public static let capacity = 64

    private var storage: [64 of UInt8] = .init(repeating: 0)
    /// Bytes; 0 for an empty packet.
    public private(set) var count = 0

    init() {}

    init(_ message: Packet) {
        for place in 0..<message.count { append(message[place]) }
    }

    public subscript(place: Int) -> UInt8 { storage[place] }

    mutating func append(_ byte: UInt8) {
        storage[count] = byte
        count += 1
    }

    /// The packet's bytes.
    public var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { storage.span.extracting(0..<count) }
    }
}

/// What a control transfer brings the host, in any number of packets.
public struct ControlData: Sendable {
    /// Bytes; the longest is the set of Microsoft's descriptors.
    static let capacity = 168

    private var storage: [168 of UInt8] = .init(repeating: 0)
    /// Bytes.
    public private(set) var count = 0

    init() {}

    public subscript(place: Int) -> UInt8 { storage[place] }

    /// - Precondition: fewer than `capacity` bytes so far; what is written is chosen here, never by the host.
    mutating func append(_ byte: UInt8) {
        storage[count] = byte
        count += 1
    }

    mutating func append(_ number: UInt16) {
        append(UInt8(truncatingIfNeeded: number))
        append(UInt8(truncatingIfNeeded: number >> 8))
    }

    mutating func append<let size: Int>(_ bytes: [size of UInt8]) {
        for place in 0..<size { append(bytes[place]) }
    }

    /// Text as UTF-16, little-endian.
    mutating func append<let size: Int>(text: [size of UInt8]) {
        for place in 0..<size { append(UInt16(text[place])) }
    }

    mutating func clear() { count = 0 }

    mutating func cut(to length: Int) { count = min(count, length) }
}
