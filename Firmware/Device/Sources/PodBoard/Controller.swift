import CRuntime
import PodUSB

/// The chip's USB controller as a device (RP2040 datasheet, 4.1; RP2350 datasheet, 12.7): registers, and 4 KiB of memory that
/// it shares with this program.
struct Controller: ~Copyable {
    private static let address = Register(Chip.usb)
    private static let control = Register(Chip.usb + 0x40)
    private static let line = Register(Chip.usb + 0x4C)
    private static let status = Register(Chip.usb + 0x50)
    private static let done = Register(Chip.usb + 0x58)
    private static let abort = Register(Chip.usb + 0x60)
    private static let aborted = Register(Chip.usb + 0x64)
    private static let stallControl = Register(Chip.usb + 0x68)

    /// Bits of the line's status.
    enum Event {
        static let suspended: UInt32 = 1 << 4
        static let setup: UInt32 = 1 << 17
        static let reset: UInt32 = 1 << 19
    }

    /// One direction of an endpoint: its own word of control, its buffer, and its bit in every mask.
    struct Pipe {
        /// Bit in BUFF_STATUS and its like; the word of control has the same order.
        let place: UInt32
        /// Where in the shared memory its packet is.
        let buffer: UInt32

        static let controlIn = Pipe(place: 0, buffer: 0x100)
        static let controlOut = Pipe(place: 1, buffer: 0x140)
        static let replies = Pipe(place: 2, buffer: 0x180)
        static let requests = Pipe(place: 3, buffer: 0x1C0)
        static let events = Pipe(place: 4, buffer: 0x200)

        var bit: UInt32 { 1 << place }
        var word: Register { Register(Chip.usbMemory + 0x80 + 4 * place) }
    }

    /// Bits of a pipe's word.
    private enum Word {
        static let available: UInt32 = 1 << 10
        static let stall: UInt32 = 1 << 11
        static let data1: UInt32 = 1 << 13
        static let last: UInt32 = 1 << 14
        static let full: UInt32 = 1 << 15
    }

    /// Pipes whose packet the controller has, and those whose next packet is DATA1; by their bits.
    private var armed: UInt32 = 0
    private var toggles: UInt32 = 0

    /// Takes the controller and shows the host that a device is there.
    func open() {
        Resets.restart(Chip.resetUSB)
        for place in 0..<1024 { Register(Chip.usbMemory + 4 * UInt32(place)).write(0) }
        // To the chip's own transceiver; power is there, since this program runs on it.
        Register(Chip.usb + 0x74).write(1 << 0 | 1 << 3)
        Register(Chip.usb + 0x78).write(1 << 2 | 1 << 3)
        Self.control.write(1)
        // Say so after each packet of the control endpoint; pull D+ up.
        Self.line.write(1 << 29 | 1 << 16)
    }

    /// What happened on the line since the last time.
    func takeEvents() -> UInt32 {
        let events = Self.status.read() & (Event.suspended | Event.setup | Event.reset)
        if events != 0 { Self.status.write(events) }
        return events
    }

    /// The pipes whose packet was fetched or came.
    mutating func takeDone() -> UInt32 {
        let pipes = Self.done.read()
        if pipes != 0 { Self.done.write(pipes) }
        // A packet that was taken back meanwhile does not count.
        let taken = pipes & armed
        armed &= ~taken
        toggles ^= taken
        return taken
    }

    /// The eight bytes of a setup. What either direction of the control endpoint still had is for nobody, and both go on
    /// with DATA1 (USB 2.0, 8.5.3).
    mutating func takeSetup() -> [8 of UInt8] {
        takeBack(.controlIn)
        takeBack(.controlOut)
        toggles |= Pipe.controlIn.bit | Pipe.controlOut.bit
        let (low, high) = (Register(Chip.usbMemory).read(), Register(Chip.usbMemory + 4).read())
        var bytes: [8 of UInt8] = .init(repeating: 0)
        for place in 0..<4 {
            bytes[place] = UInt8(truncatingIfNeeded: low >> (8 * UInt32(place)))
            bytes[place + 4] = UInt8(truncatingIfNeeded: high >> (8 * UInt32(place)))
        }
        return bytes
    }

    /// Answers STALL on the control endpoint; the controller ends that itself at the next setup.
    func stall() {
        Self.stallControl.write(Pipe.controlIn.bit | Pipe.controlOut.bit)
        Pipe.controlIn.word.write(Word.stall)
        Pipe.controlOut.word.write(Word.stall)
    }

    @inline(__always) func isArmed(_ pipe: Pipe) -> Bool { armed & pipe.bit != 0 }

    /// Gives the controller a packet for the host.
    mutating func send(_ packet: USBPacket, _ pipe: Pipe) {
        var word: UInt32 = 0
        for place in 0..<packet.count {
            word |= UInt32(packet[place]) << (8 * UInt32(place & 3))
            if place & 3 == 3 || place + 1 == packet.count {
                Register(Chip.usbMemory + pipe.buffer + UInt32(place & ~3)).write(word)
                word = 0
            }
        }
        arm(pipe, Word.full | Word.last | UInt32(packet.count))
    }

    /// Lets the controller take a packet from the host.
    mutating func receive(_ pipe: Pipe) { arm(pipe, Word.last | 64) }

    /// The packet that came.
    func received(_ pipe: Pipe, _ bytes: inout [64 of UInt8]) -> Int {
        let count = min(Int(pipe.word.read() & 0x3FF), 64)
        var word: UInt32 = 0
        for place in 0..<count {
            if place & 3 == 0 { word = Register(Chip.usbMemory + pipe.buffer + UInt32(place)).read() }
            bytes[place] = UInt8(truncatingIfNeeded: word >> (8 * UInt32(place & 3)))
        }
        return count
    }

    private mutating func arm(_ pipe: Pipe, _ value: UInt32) {
        armed |= pipe.bit
        let word = value | (toggles & pipe.bit != 0 ? Word.data1 : 0)
        pipe.word.write(word)
        // The controller has a slower clock: it is to see the rest before it is told to look (RP2040 datasheet, 4.1.2.5.1).
        register_pause()
        pipe.word.write(word | Word.available)
    }

    /// Takes a packet back that the host has not fetched, or the leave to bring one.
    private mutating func takeBack(_ pipe: Pipe) {
        guard isArmed(pipe) else { return }
        Self.abort.set(pipe.bit)
        // Done between two packets on the line, microseconds at most.
        while Self.aborted.read() & pipe.bit == 0 {}
        pipe.word.write(0)
        Self.abort.clear(pipe.bit)
        Self.aborted.write(pipe.bit)
        // It may have been fetched at the very last.
        Self.done.write(pipe.bit)
        armed &= ~pipe.bit
    }

    /// Nothing waits, and DATA0 is next.
    private mutating func begin(_ pipe: Pipe) {
        takeBack(pipe)
        pipe.word.write(0)
        toggles &= ~pipe.bit
    }

    func setAddress(_ number: UInt8) { Self.address.write(UInt32(number)) }

    mutating func openEndpoints(_ open: Bool) {
        begin(.replies)
        begin(.requests)
        begin(.events)
        // Enabled, an event after each packet, bulk or interrupt, and where the buffer is.
        let endpoint: UInt32 = open ? 1 << 31 | 1 << 29 : 0
        Register(Chip.usbMemory + 0x08).write(endpoint | 2 << 26 | Pipe.replies.buffer)
        Register(Chip.usbMemory + 0x0C).write(endpoint | 2 << 26 | Pipe.requests.buffer)
        Register(Chip.usbMemory + 0x10).write(endpoint | 3 << 26 | Pipe.events.buffer)
    }

    mutating func setHalt(_ endpoint: USBEndpoint, _ halted: Bool) {
        let pipe: Pipe
        switch endpoint {
        case .control: return
        case .replies: pipe = .replies
        case .requests: pipe = .requests
        case .events: pipe = .events
        }
        begin(pipe)
        if halted { pipe.word.write(Word.stall) }
    }
}
