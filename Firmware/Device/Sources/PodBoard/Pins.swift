import CChip

/// The chip's pins, as CChip.h numbers them.
enum Pins {
    /// GPIOn_CTRL.
    enum Function: UInt32 {
        case pulses = 4
        case software = 5
        case pio = 6
    }

    /// Takes the pins: outputs low before they drive, inputs with the resistor that says "nothing".
    static func open() {
        for pin in PIN_NET..<PIN_FLASH + PIN_CHANNELS {
            set(UInt32(pin), false)
            Register(Chip.driveSet).write(1 << UInt32(pin))
            // 4 mA, and the resistor to ground for the moment of a restart.
            prepare(UInt32(pin), pad: 1 << 4 | 1 << 2)
        }
        // Switches have the resistor to 3.3 V, what drives its wire has the one to ground.
        for pin in PIN_PEDAL...PIN_FRAME {
            prepare(UInt32(pin), pad: 1 << 6 | 1 << 1 | (pin <= PIN_LID ? 1 << 3 : 1 << 2))
        }
    }

    private static func prepare(_ pin: UInt32, pad: UInt32) {
        use(pin, .software)
        Register(Chip.pads + 4 + 4 * pin).write(pad)
    }

    static func use(_ pin: UInt32, _ function: Function) { Register(Chip.pins + 8 * pin + 4).write(function.rawValue) }

    static func set(_ pin: UInt32, _ high: Bool) { Register(high ? Chip.outSet : Chip.outClear).write(1 << pin) }

    static func isHigh(_ pin: Int32) -> Bool { Register(Chip.inputs).read() & 1 << UInt32(pin) != 0 }

    /// Whether a frame began since the last time: the chip remembers a rising edge however short it was.
    static func frameBegan() -> Bool {
        let edges = Register(Chip.pinEdges)
        let rose = UInt32(1) << (4 * UInt32(PIN_FRAME) + 3)
        guard edges.read() & rose != 0 else { return false }
        edges.write(rose)
        return true
    }
}

/// Pulses of a set width: brightness and tones.
enum Pulses {
    /// The slice of a pin, and its half of it: five registers for each two pins.
    private static func slice(_ pin: UInt32) -> UInt32 { Chip.pulses + 20 * (pin >> 1 & 7) }

    /// Brightness of a light at 25 kHz.
    ///
    /// - Parameter permille: 1 to 1000.
    static func shine(_ pin: UInt32, permille: UInt32) {
        let slice = slice(pin)
        Register(slice + 4).write(5 << 4)
        Register(slice + 16).write(999)
        let half: UInt32 = pin & 1 == 0 ? 0 : 16
        Register(slice + 12).clear(0xFFFF << half)
        Register(slice + 12).set(permille << half)
        Register(slice).write(1)
        Pins.use(pin, .pulses)
    }

    /// A tone of half highs.
    ///
    /// - Parameter hertz: 20 to 20,000.
    static func sound(_ pin: UInt32, hertz: UInt32) {
        let slice = slice(pin)
        // A megahertz, counted to a period.
        Register(slice + 4).write(125 << 4)
        let period = 1_000_000 / hertz
        Register(slice + 16).write(period - 1)
        Register(slice + 12).write(period / 2)
        Register(slice).write(1)
        Pins.use(pin, .pulses)
    }

    /// The pin is low from now on.
    static func stop(_ pin: UInt32) {
        Pins.use(pin, .software)
        if pin == UInt32(PIN_BUZZER) { Register(slice(pin)).write(0) }
    }
}
