import CBoard
import CRuntime
import PodCore

/// The board that QEMU emulates (mps2): the pod's messages on its first serial line, everything else imagined.
///
/// Two messages more than a pod has let a test move what is imagined: `0x70` sets switches, lid and lamp, `0x71` traps.
@main enum PodQemu {
    private static let press: UInt8 = 0x70
    private static let trap: UInt8 = 0x71

    static func main() {
        Line.open()
        var pod = Pod(Imagined())
        var reader = SerialReader()
        while true {
            while let byte = Line.read() {
                guard let received = reader.take(byte) else { continue }
                switch received {
                case .broken:
                    Line.send(Packet(refusing: .checksum))
                case .message(let packet) where packet.count == 9 && packet[1] == press:
                    pod.hardware.wires = packet[8]
                    let time = pod.hardware.micros
                    pod.edge(.pedal, pressed: pod.hardware.isPressed(.pedal), at: time)
                case .message(let packet) where packet.count == 9 && packet[1] == trap:
                    // Beyond the end: what Swift's bounds check stops.
                    Line.write(packet[Int(packet[8]) + 64])
                case .message(let packet):
                    Line.send(pod.answer(packet.span))
                }
            }
            pod.poll()
            while let event = pod.nextEvent() { Line.send(event) }
            register_wait()
        }
    }
}

/// Switches, lid and lamp as a test sets them.
struct Imagined: PodHardware, ~Copyable {
    /// Bit 0 pedal, 1 hand trigger, 2 lid open, 3 lamp broken.
    var wires: UInt8 = 0
    private var net = false

    var micros: UInt64 { UInt64(board_ticks()) * 1000 }
    var serial: UInt64 { 0x5145_4D55 }
    var isOpen: Bool { wires & 4 != 0 }
    var isLampLit: Bool { net && wires & 8 == 0 }
    func isPressed(_ input: PodInput) -> Bool { wires & (input == .pedal ? 1 : 2) != 0 }
    mutating func setCaptureNet(_ on: Bool) { net = on }
    func setLight(_ channel: LightChannel, permille: UInt16) {}
    func flash(_ channel: LightChannel, delay: UInt16, width: UInt16) {}
    func setSound(hertz: UInt16) {}
    func setNotice(_ on: Bool) {}
    func feedWatchdog() {}
    func restart(_ into: PodRestart) { board_exit(into == .loader ? 7 : 8) }
}

/// The CMSDK's first serial line (Arm DUI 0479), and SysTick (ARMv7-M, B3.3).
enum Line {
    private static let data: UInt32 = 0x4000_4000
    private static let state: UInt32 = 0x4000_4004
    private static let control: UInt32 = 0x4000_4008
    private static let divider: UInt32 = 0x4000_4010

    static func open() {
        register_write(divider, 16)
        register_write(control, 3)
        // The board's clock is 25 MHz: a tick each millisecond.
        register_write(0xE000_E014, 24_999)
        register_write(0xE000_E018, 0)
        register_write(0xE000_E010, 7)
    }

    static func read() -> UInt8? {
        guard register_read(state) & 2 != 0 else { return nil }
        return UInt8(truncatingIfNeeded: register_read(data))
    }

    static func write(_ byte: UInt8) {
        while register_read(state) & 1 != 0 {}
        register_write(data, UInt32(byte))
    }

    static func send(_ packet: Packet) {
        let frame = SerialFrame(packet)
        for place in 0..<frame.count { write(frame[place]) }
    }
}
