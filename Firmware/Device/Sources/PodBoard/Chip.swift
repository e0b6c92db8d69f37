import CChip
import CRuntime

/// Where things are in the chip; all that differs between RP2350, which the pod has, and RP2040, which an emulator knows.
enum Chip {
    #if RP2350
        static let clocks: UInt32 = 0x4001_0000
        static let clockUSB: UInt32 = clocks + 0x60
        static let power: UInt32 = 0x4001_8000
        /// PSM_WDSEL: everything but the oscillators.
        static let powerAll: UInt32 = 0x01FF_FFF3
        static let resets: UInt32 = 0x4002_0000
        /// Bits of the resets: pins and their pads, pulses, both PLLs, PIO, timer, USB.
        static let resetPins: UInt32 = 1 << 6 | 1 << 9
        static let resetParts: UInt32 = 1 << 16 | 1 << 11 | 1 << 23
        static let resetPLLs: UInt32 = 1 << 14 | 1 << 15
        static let resetUSB: UInt32 = 1 << 28
        static let pins: UInt32 = 0x4002_8000
        static let pinEdges: UInt32 = pins + 0x230
        static let pads: UInt32 = 0x4003_8000
        static let oscillator: UInt32 = 0x4004_8000
        static let systemPLL: UInt32 = 0x4005_0000
        static let usbPLL: UInt32 = 0x4005_8000
        static let pulses: UInt32 = 0x400A_8000
        static let timer: UInt32 = 0x400B_0000
        static let watchdog: UInt32 = 0x400D_8000
        static let watchdogRate: UInt32 = 1
        static let outSet: UInt32 = 0xD000_0018
        static let outClear: UInt32 = 0xD000_0020
        static let driveSet: UInt32 = 0xD000_0038

        /// Twelve cycles of the 12 MHz reference are a microsecond, for timer and watchdog (TICKS).
        static func startTicks() {
            Register(0x4010_801C).write(12)
            Register(0x4010_8018).write(1)
            Register(0x4010_8034).write(12)
            Register(0x4010_8030).write(1)
        }

        /// CHIPID0 to 3 of the one-time memory: a number of the factory's, another for each chip.
        static var number: UInt64 {
            UInt64(Register(0x4013_0000).read()) | UInt64(Register(0x4013_0004).read()) << 32
        }
    #else
        static let clocks: UInt32 = 0x4000_8000
        static let clockUSB: UInt32 = clocks + 0x54
        static let power: UInt32 = 0x4001_0000
        static let powerAll: UInt32 = 0x0001_FFFC
        static let resets: UInt32 = 0x4000_C000
        static let resetPins: UInt32 = 1 << 5 | 1 << 8
        static let resetParts: UInt32 = 1 << 14 | 1 << 10 | 1 << 21
        static let resetPLLs: UInt32 = 1 << 12 | 1 << 13
        static let resetUSB: UInt32 = 1 << 24
        static let pins: UInt32 = 0x4001_4000
        static let pinEdges: UInt32 = pins + 0xF0
        static let pads: UInt32 = 0x4001_C000
        static let oscillator: UInt32 = 0x4002_4000
        static let systemPLL: UInt32 = 0x4002_8000
        static let usbPLL: UInt32 = 0x4002_C000
        static let pulses: UInt32 = 0x4005_0000
        static let timer: UInt32 = 0x4005_4000
        static let watchdog: UInt32 = 0x4005_8000
        /// Counts down twice in each microsecond (erratum RP2040-E1).
        static let watchdogRate: UInt32 = 2
        static let outSet: UInt32 = 0xD000_0014
        static let outClear: UInt32 = 0xD000_0018
        static let driveSet: UInt32 = 0xD000_0024

        /// Twelve cycles of the 12 MHz reference are a microsecond, for timer and watchdog.
        static func startTicks() { Register(watchdog + 0x2C).write(1 << 9 | 12) }

        static var number: UInt64 { chip_flash_number() }
    #endif

    static let inputs: UInt32 = 0xD000_0004
    static let pio: UInt32 = 0x5020_0000
    static let usbMemory: UInt32 = 0x5010_0000
    static let usb: UInt32 = 0x5011_0000
    /// Hertz.
    static let system: UInt32 = 125_000_000
}

/// A register of the chip.
struct Register {
    let address: UInt32

    init(_ address: UInt32) { self.address = address }

    func read() -> UInt32 { register_read(address) }
    func write(_ value: UInt32) { register_write(address, value) }

    /// Sets bits, or clears them, in one access that nothing comes between (RP2040 datasheet, 2.1.2). Not for SIO.
    func set(_ bits: UInt32) { register_write(address + 0x2000, bits) }
    func clear(_ bits: UInt32) { register_write(address + 0x3000, bits) }

    /// Waits for all of these bits; the watchdog ends what never comes.
    func await(_ bits: UInt32) {
        while read() & bits != bits {}
    }
}
