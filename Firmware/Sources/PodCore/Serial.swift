/// The same messages on a serial line: a check sum behind each, then consistent overhead byte stuffing (COBS, Cheshire and
/// Baker 1999) and a zero, so that a reader finds the next message after any noise.
public struct SerialFrame: Sendable {
    /// A packet, its check sum, the code of its first zero, and the zero at the end.
    public static let longest = Packet.capacity + 4

    private var storage: [72 of UInt8] = .init(repeating: 0)
    /// Bytes.
    public private(set) var count = 0

    public init(_ packet: Packet) {
        var sum = CheckSum()
        var code = 0
        count = 1
        for place in 0..<packet.count {
            sum.add(packet[place])
            put(packet[place], &code)
        }
        put(UInt8(truncatingIfNeeded: sum.value >> 8), &code)
        put(UInt8(truncatingIfNeeded: sum.value), &code)
        storage[code] = UInt8(truncatingIfNeeded: count - code)
        storage[count] = 0
        count += 1
    }

    public subscript(place: Int) -> UInt8 { storage[place] }

    private mutating func put(_ byte: UInt8, _ code: inout Int) {
        if byte == 0 {
            storage[code] = UInt8(truncatingIfNeeded: count - code)
            code = count
        }
        storage[count] = byte
        count += 1
    }
}

/// CRC-16/CCITT-FALSE: polynomial 0x1021, begun with 0xFFFF, no reflection.
public struct CheckSum: Sendable {
    public private(set) var value: UInt16 = 0xFFFF

    public init() {}

    public mutating func add(_ byte: UInt8) {
        value ^= UInt16(byte) << 8
        for _ in 0..<8 { value = value & 0x8000 == 0 ? value << 1 : value << 1 ^ 0x1021 }
    }
}

/// Finds messages in what comes over a serial line.
public struct SerialReader: Sendable {
    private var storage: [72 of UInt8] = .init(repeating: 0)
    private var count = 0
    private var isTooLong = false

    public enum Received: Sendable {
        case message(Packet)
        /// Bytes that are no message: cut, too long, or with another check sum.
        case broken
    }

    public init() {}

    /// - Returns: what a zero ends, nil between messages.
    public mutating func take(_ byte: UInt8) -> Received? {
        guard byte == 0 else {
            if count < SerialFrame.longest { storage[count] = byte } else { isTooLong = true }
            count += 1
            return nil
        }
        defer { (count, isTooLong) = (0, false) }
        if count == 0 { return nil }
        guard !isTooLong, let packet = unstuffed() else { return .broken }
        return .message(packet)
    }

    private func unstuffed() -> Packet? {
        var sum = CheckSum()
        var packet = Packet()
        // The last two bytes that came out may be the check sum: they wait.
        var (before, last) = (0, 0)
        var (place, taken) = (0, 0)
        while place < count {
            let code = Int(storage[place])
            guard place + code <= count else { return nil }
            for offset in 1..<max(code, 1) + 1 {
                let isZero = offset == code
                // A run ends with the zero that its code stands for, the last one with the message.
                if isZero && place + code == count { break }
                let byte = isZero ? 0 : Int(storage[place + offset])
                if taken >= 2 {
                    guard packet.count < Packet.capacity else { return nil }
                    packet.append(UInt8(truncatingIfNeeded: before))
                    sum.add(UInt8(truncatingIfNeeded: before))
                }
                (before, last) = (last, byte)
                taken += 1
            }
            place += code
        }
        guard taken >= 2, Int(sum.value) == before << 8 | last else { return nil }
        return packet
    }
}
