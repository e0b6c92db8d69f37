import PodBoard
import PodROM
import USBIP

/// What the command line asked for.
struct Arguments: SimulatorArguments {
    static let program = "pod-usbip"
    static let usage = "usage: pod-usbip [--serial 16-HEX-DIGITS] [--key SHA-256-IN-HEX] [--port N]"

    var serial: UInt64 = 0x0123_4567_89AB_CDEF
    /// The key that is burnt into the chip, which then starts nothing else; nil for a chip as it is bought.
    var key: [UInt8]?
    var port: UInt16 = 3240

    mutating func set(_ option: String, to value: String) throws(ArgumentError) {
        switch option {
        case "--serial":
            guard value.utf8.count == 16, let number = UInt64(value, radix: 16) else { throw .unknown(value) }
            serial = number
        case "--key":
            let digits = Array(value.utf8).map { UInt8(String(UnicodeScalar($0)), radix: 16) }
            guard digits.count == 64, !digits.contains(nil) else { throw .unknown(value) }
            key = stride(from: 0, to: 64, by: 2).map { (digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0) }
        default: throw .unknown(option)
        }
    }

    var memory: OneTimeMemory { OneTimeMemory(isSecured: key != nil, keyDigests: key.map { [$0] } ?? []) }
}

simulate(Arguments.self) { PodChip(SimulatedBoard(serial: $0.serial), $0.memory) }
