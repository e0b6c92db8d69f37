/// The chip's clocks: 12 MHz crystal, 125 MHz for the program, 48 MHz for USB.
enum Clocks {
    private static let reference = Register(Chip.clocks + 0x30)
    private static let system = Register(Chip.clocks + 0x3C)

    static func start() {
        // A milliwatt crystal of 12 MHz, given a millisecond (RP2040 datasheet, 2.16.3).
        Register(Chip.oscillator + 0x0C).write(47)
        Register(Chip.oscillator).write(0xFA_BAA0)
        Register(Chip.oscillator + 4).await(1 << 31)
        // Away from what the loader may have left running, before the PLLs stop.
        system.clear(1)
        Register(system.address + 8).await(1)
        reference.write(2)
        Register(reference.address + 8).await(1 << 2)
        Resets.restart(Chip.resetPLLs)
        // 12 MHz * 125 / 6 / 2, 12 MHz * 100 / 5 / 5.
        run(Chip.systemPLL, times: 125, by: 6, by: 2)
        run(Chip.usbPLL, times: 100, by: 5, by: 5)
        system.write(0)
        system.write(1)
        Register(system.address + 8).await(1 << 1)
        Register(Chip.clockUSB + 4).write(dividedByOne)
        Register(Chip.clockUSB).write(1 << 11)
        Chip.startTicks()
    }

    /// CLK_USB_DIV: the whole part is in another place in each chip.
    private static var dividedByOne: UInt32 {
        #if RP2350
            1 << 16
        #else
            1 << 8
        #endif
    }

    private static func run(_ pll: UInt32, times: UInt32, by first: UInt32, by second: UInt32) {
        Register(pll).write(1)
        Register(pll + 8).write(times)
        // Main power and oscillator, then, once it is locked, the dividers behind it.
        Register(pll + 4).clear(1 << 0 | 1 << 5)
        Register(pll).await(1 << 31)
        Register(pll + 12).write(first << 16 | second << 12)
        Register(pll + 4).clear(1 << 3)
    }
}

/// Parts of the chip that are held until they are wanted.
enum Resets {
    static func restart(_ parts: UInt32) {
        Register(Chip.resets).set(parts)
        Register(Chip.resets).clear(parts)
        Register(Chip.resets + 8).await(parts)
    }
}

/// Starts the chip anew if the program does not come round.
enum Watchdog {
    /// Microseconds.
    private static let patience: UInt32 = 50_000

    static func start() {
        Register(Chip.watchdog).clear(1 << 30)
        // Everything but the oscillators.
        Register(Chip.power + 8).set(Chip.powerAll)
        feed()
        // Also while a debugger holds the program: nothing may shine unwatched.
        Register(Chip.watchdog).clear(7 << 24)
        Register(Chip.watchdog).set(1 << 30)
    }

    static func feed() { Register(Chip.watchdog + 4).write(patience * Chip.watchdogRate) }

    /// Starts this program again.
    static func restart() -> Never {
        Register(Chip.watchdog).set(1 << 31)
        while true {}
    }
}

/// Microseconds since the start.
enum Timer {
    static var micros: UInt64 {
        while true {
            let high = Register(Chip.timer + 0x24).read()
            let low = Register(Chip.timer + 0x28).read()
            // The low half went round between the two otherwise.
            if Register(Chip.timer + 0x24).read() == high { return UInt64(high) << 32 | UInt64(low) }
        }
    }
}
