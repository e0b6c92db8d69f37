/// A message that a USB/IP client must not send, or the end of its connection.
package enum WireError: Error, Equatable {
    case closed
    case version(UInt16)
    case command(UInt32)
    case direction(UInt32)
    case endpoint(UInt32)
    /// More bytes announced than the device ever moves in one transfer.
    case length(UInt32)
    /// So many isochronous packets, or any to an endpoint that has none.
    case isochronous(UInt32)
    /// More transfers at once than any host has in flight.
    case tooMany
}

/// The eight bytes that open a control transfer (USB 2.0, 9.3).
package struct Setup: Equatable, Sendable {
    package let kind: UInt8
    package let request: UInt8
    package let value: UInt16
    package let index: UInt16
    package let length: UInt16

    /// As they came.
    package let bytes: [UInt8]

    /// - Parameter bytes: exactly eight.
    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = Array(bytes)
        let start = bytes.startIndex
        func pair(_ offset: Int) -> UInt16 { UInt16(bytes[start + offset]) | UInt16(bytes[start + offset + 1]) << 8 }
        kind = bytes[start]
        request = bytes[start + 1]
        value = pair(2)
        index = pair(4)
        length = pair(6)
    }
}

/// One transfer that the client's kernel asks for (USBIP_CMD_SUBMIT).
package struct Transfer: Sendable {
    package let sequence: UInt32
    package let endpoint: UInt32
    /// From the device to the host.
    package let incoming: Bool
    /// Bytes the client has room for, or sends.
    package let length: Int
    /// All zero except on endpoint 0.
    package let setup: Setup
    /// What the host sends; empty where it only receives.
    package internal(set) var data: [UInt8] = []
    /// What an isochronous transfer is cut into; empty for every other one.
    package internal(set) var packets: [IsochronousPacket] = []
}

/// A message on an imported connection; all of them begin with the same 48 bytes.
enum Command {
    static let headerLength = 48
    static let mostIncoming: UInt32 = 1 << 20
    static let mostOutgoing: UInt32 = 4096

    /// - Parameter packets: how many descriptors of isochronous packets follow.
    case submit(Transfer, packets: UInt32)
    /// Take back the transfer `victim`.
    case unlink(sequence: UInt32, victim: UInt32)

    /// - Parameter header: exactly `headerLength` bytes.
    init(parsing header: [UInt8]) throws(WireError) {
        let sequence = header.word(4)
        switch header.word(0) {
        case 1:
            let (direction, endpoint) = (header.word(12), header.word(16))
            let (length, packets) = (header.word(24), header.word(32))
            guard direction <= 1 else { throw .direction(direction) }
            guard endpoint <= 15 else { throw .endpoint(endpoint) }
            let incoming = direction == 1
            guard length <= (incoming ? Self.mostIncoming : Self.mostOutgoing) else { throw .length(length) }
            // Hosts say "not isochronous" in two ways: none, and -1.
            let isochronous = packets == .max ? 0 : packets
            guard isochronous == 0 || incoming && isochronous <= IsochronousPacket.most else {
                throw .isochronous(packets)
            }
            let transfer = Transfer(
                sequence: sequence, endpoint: endpoint, incoming: incoming, length: Int(length),
                setup: Setup(header[40..<48]))
            self = .submit(transfer, packets: isochronous)
        case 2: self = .unlink(sequence: sequence, victim: header.word(20))
        default: throw .command(header.word(0))
        }
    }
}

/// The question that opens a connection: which devices are there, or give me one.
enum Opening: Equatable {
    static let headerLength = 8
    static let busLength = 32
    static let version: UInt16 = 0x0111

    case list
    /// Followed by the bus id, `busLength` bytes.
    case take

    init(parsing header: [UInt8]) throws(WireError) {
        let version = UInt16(truncatingIfNeeded: header.word(0) >> 16)
        guard version == Self.version else { throw .version(version) }
        switch header.word(0) & 0xffff {
        case 0x8005: self = .list
        case 0x8003: self = .take
        default: throw .command(header.word(0) & 0xffff)
        }
    }

    /// The answer's first eight bytes.
    func answer(accepted: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: UInt32(Self.version) << 16 | (self == .list ? 5 : 3))
        bytes.append(bigEndian: accepted ? 0 : 1)
        return bytes
    }
}

extension [UInt8] {
    /// Four bytes, big-endian as all of USB/IP.
    func word(_ offset: Int) -> UInt32 {
        self[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func append(bigEndian word: UInt32) {
        for shift in [24, 16, 8, 0] { append(UInt8(truncatingIfNeeded: word >> UInt32(shift))) }
    }

    package mutating func append(littleEndian value: UInt32, bytes count: Int) {
        for index in 0..<count { append(UInt8(truncatingIfNeeded: value >> UInt32(8 * index))) }
    }

    /// The text, filled up with zero bytes; at least one zero closes it.
    init(text: String, filledTo count: Int) {
        let bytes = Array(text.utf8.prefix(count - 1))
        self = bytes + [UInt8](repeating: 0, count: count - bytes.count)
    }
}
