/// A stretch of the chip's flash, where the processor sees it.
package struct FlashRange: Equatable, Sendable {
    /// The first byte's address; flash begins at `FlashRange.start`.
    let address: UInt32
    /// Bytes.
    let count: UInt32

    /// Where RP2350 has its flash.
    static let start: UInt32 = 0x1000_0000
    /// Bytes that are erased together.
    static let sector = 4096
    /// Bytes that are written together.
    static let page = 256
}

/// What the chip's loader is asked (RP2350 datasheet, 5.6.4, PICOBOOT).
enum LoaderCommand: Equatable, Sendable {
    /// Takes the loader from whoever writes to its drive.
    case exclusive
    case erase(FlashRange)
    case read(FlashRange)
    /// Of erased flash, from the start of a page of 256 bytes.
    case write(FlashRange)
    /// Ends what another host's last command has left of flash's own state.
    case leaveXIP
    /// Starts what flash holds, after so many milliseconds.
    case restart(milliseconds: UInt32)
    /// The chip's number, and what is burnt in for good (5.4.8.17, get_sys_info).
    case facts
    /// Rows of the one-time memory: 24 bits each in 4 bytes, or, where a row is corrected, 16 bits in 2.
    case rows(first: UInt16, count: UInt16, corrected: Bool)

    /// Bytes of each command.
    static let length = 32
    /// CHIP_INFO and CRITICAL: three words and one.
    static let wantedFacts: UInt32 = 3

    var number: UInt8 {
        switch self {
        case .exclusive: 0x01
        case .erase: 0x03
        case .read: 0x84
        case .write: 0x05
        case .leaveXIP: 0x06
        case .restart: 0x0A
        case .facts: 0x8B
        case .rows: 0x8C
        }
    }

    /// Whether its data come from the chip.
    var isIncoming: Bool { number & 0x80 != 0 }

    /// Bytes of data that follow the command.
    var transfer: Int {
        switch self {
        case .exclusive, .erase, .leaveXIP, .restart: 0
        case .read(let range), .write(let range): Int(range.count)
        // How many words follow, which facts they are, and the facts.
        case .facts: 24
        case .rows(_, let count, let corrected): Int(count) * (corrected ? 2 : 4)
        }
    }

    /// The whole command, little-endian.
    ///
    /// - Parameter token: what the loader names it when it is asked what became of it.
    func message(token: UInt32) -> [UInt8] {
        let arguments = self.arguments
        var bytes: [UInt8] = []
        bytes.append(littleEndian: 0x431F_D10B)
        bytes.append(littleEndian: token)
        bytes += [number, UInt8(arguments.count), 0, 0]
        bytes.append(littleEndian: UInt32(transfer))
        bytes += arguments
        return bytes + [UInt8](repeating: 0, count: Self.length - bytes.count)
    }

    private var arguments: [UInt8] {
        var bytes: [UInt8] = []
        switch self {
        case .exclusive: bytes.append(1)
        case .leaveXIP: break
        case .erase(let range), .read(let range), .write(let range):
            bytes.append(littleEndian: range.address)
            bytes.append(littleEndian: range.count)
        case .restart(let milliseconds):
            for word in [0, milliseconds, 0, 0] { bytes.append(littleEndian: word) }
        case .facts:
            // INFO_SYS, and which.
            for word in [1, Self.wantedFacts, 0, 0] { bytes.append(littleEndian: word) }
        case .rows(let first, let count, let corrected):
            bytes += [UInt8(truncatingIfNeeded: first), UInt8(first >> 8)]
            bytes += [UInt8(truncatingIfNeeded: count), UInt8(count >> 8), corrected ? 1 : 0]
        }
        return bytes
    }
}

extension [UInt8] {
    mutating func append(littleEndian word: UInt32) {
        for shift in [0, 8, 16, 24] { append(UInt8(truncatingIfNeeded: word >> shift)) }
    }

    /// The word that begins at the byte `place`.
    func word(at place: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(self[place + $1]) << (8 * $1) }
    }
}
