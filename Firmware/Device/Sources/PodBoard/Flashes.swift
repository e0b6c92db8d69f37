import CChip

/// Flashes, timed by the chip's PIO: one state machine a channel takes delay and width and does the rest, whatever becomes of
/// this program.
enum Flashes {
    /// Steps in each microsecond.
    private static let rate: UInt32 = 2
    /// Steps between the second number and the first turn of the delay.
    private static let overhead: UInt32 = 6
    private static let program: [8 of UInt16] = [
        0x80A0,  // pull block
        0xA027,  // mov x, osr
        0x80A0,  // pull block
        0xA047,  // mov y, osr
        0x0044,  // jmp x--, 4
        0xE001,  // set pins, 1
        0x0086,  // jmp y--, 6
        0xE000,  // set pins, 0; begins again
    ]

    private static func machine(_ channel: UInt32) -> UInt32 { Chip.pio + 0xC8 + 0x18 * channel }

    static func open() {
        for place in 0..<8 { Register(Chip.pio + 0x48 + 4 * UInt32(place)).write(UInt32(program[place])) }
        for channel in 0..<UInt32(PIN_CHANNELS) {
            let machine = machine(channel)
            let pin = UInt32(PIN_FLASH) + channel
            Register(machine).write(((Chip.system / 1_000_000) << 16) / rate)
            Register(machine + 4).write(7 << 12)
            Register(machine + 20).write(1 << 26 | pin << 5)
            // set pins, 0; set pindirs, 1
            Register(machine + 16).write(0xE000)
            Register(machine + 16).write(0xE081)
        }
        stop()
    }

    /// No machine runs, none has a flash left, no pin is high.
    static func stop() {
        Register(Chip.pio).write(0)
        for channel in 0..<UInt32(PIN_CHANNELS) {
            Pins.use(UInt32(PIN_FLASH) + channel, .software)
            let machine = machine(channel)
            Register(machine + 16).write(0xE000)
            // pull noblock, for each of the four places; then to the beginning.
            for _ in 0..<4 { Register(machine + 16).write(0x8080) }
            Register(machine + 16).write(0x0000)
        }
    }

    static func start() {
        for channel in 0..<UInt32(PIN_CHANNELS) { Pins.use(UInt32(PIN_FLASH) + channel, .pio) }
        Register(Chip.pio).write(0x77)
    }

    /// - Parameters:
    ///   - delay: microseconds from now.
    ///   - width: microseconds, 1 or more.
    static func flash(_ channel: UInt32, delay: UInt32, width: UInt32) {
        // FLEVEL: one that waits already is enough; a third would lose half of its numbers.
        guard Register(Chip.pio + 0x0C).read() >> (8 * channel) & 15 <= 2 else { return }
        let numbers = Register(Chip.pio + 0x10 + 4 * channel)
        let steps = rate * delay
        numbers.write(steps > overhead ? steps - overhead : 0)
        numbers.write(rate * width - 2)
    }
}
