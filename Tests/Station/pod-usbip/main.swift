import PodBoard
import USBIP

/// What the command line asked for.
struct Arguments: SimulatorArguments {
    static let program = "pod-usbip"
    static let usage = "usage: pod-usbip [--serial 16-HEX-DIGITS] [--port N]"

    var serial: UInt64 = 0x0123_4567_89AB_CDEF
    var port: UInt16 = 3240

    mutating func set(_ option: String, to value: String) throws(ArgumentError) {
        guard option == "--serial" else { throw .unknown(option) }
        guard value.utf8.count == 16, let number = UInt64(value, radix: 16) else { throw .unknown(value) }
        serial = number
    }
}

simulate(Arguments.self) { PodDevice(SimulatedBoard(serial: $0.serial)) }
