import USB

/// Why the chip's loader did not do what it was asked.
package enum LoaderError: Error, Equatable, Sendable {
    case usb(USBError)
    /// It is no loader of RP2350.
    case interface
    /// It answered what is no answer to this command (its number).
    case malformed(UInt8)
    /// It refused a command (its number) for a reason that the datasheet counts (5.6.5.2).
    case refused(UInt8, LoaderRefusal)
    /// What was written reads back otherwise, from this address on.
    case different(UInt32)
}

/// What became of a command, where it was not done (RP2350 datasheet, 5.6.5.2).
package enum LoaderRefusal: Equatable, Sendable {
    case address
    case alignment
    case notPermitted
    /// Any other, as the datasheet counts them.
    case other(UInt32)

    init(_ number: UInt32) {
        switch number {
        case 4: self = .address
        case 5: self = .alignment
        case 10: self = .notPermitted
        default: self = .other(number)
        }
    }
}

extension LoaderError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .usb(let error): "\(error)"
        case .interface: "what is plugged in there is not the chip's loader"
        case .malformed(let number): "it answers command \(hex(number)) with what is no answer"
        case .refused(let number, .address): "it refuses command \(hex(number)): there is no flash at that address"
        case .refused(let number, .alignment): "it refuses command \(hex(number)): not at the start of a page or sector"
        case .refused(let number, .notPermitted): "it refuses command \(hex(number)): the chip's settings forbid it"
        case .refused(let number, .other(let reason)): "it refuses command \(hex(number)): reason \(reason)"
        case .different(let address): "flash reads back otherwise at \(hex(address))"
        }
    }
}

private func hex(_ number: some BinaryInteger) -> String { "0x\(String(number, radix: 16))" }
