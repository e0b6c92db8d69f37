import CChip
import PodCore
import PodUSB

/// The pod's board: pins, pulses, flashes, watchdog and bus of the chip.
struct Board: USBBoard, ~Copyable {
    let serial = Chip.number
    var bus = Controller()
    private var net = false
    private var hertz: UInt16 = 0

    var micros: UInt64 { Timer.micros }

    // Switches close to ground.
    func isPressed(_ input: PodInput) -> Bool { !Pins.isHigh(input == .pedal ? PIN_PEDAL : PIN_HAND) }
    var isOpen: Bool { Pins.isHigh(PIN_LID) }
    var isLampLit: Bool { Pins.isHigh(PIN_LAMP) }

    mutating func setCaptureNet(_ on: Bool) {
        Pins.set(UInt32(PIN_NET), on)
        guard on != net else { return }
        net = on
        if on { Flashes.start() } else { Flashes.stop() }
    }

    func setLight(_ channel: LightChannel, permille: UInt16) {
        let pin = UInt32(PIN_LIGHT) + UInt32(channel.rawValue)
        if permille == 0 { Pulses.stop(pin) } else { Pulses.shine(pin, permille: UInt32(permille)) }
    }

    func flash(_ channel: LightChannel, delay: UInt16, width: UInt16) {
        Flashes.flash(UInt32(channel.rawValue), delay: UInt32(delay), width: UInt32(width))
    }

    mutating func setSound(hertz: UInt16) {
        guard hertz != self.hertz else { return }
        self.hertz = hertz
        if hertz == 0 {
            Pulses.stop(UInt32(PIN_BUZZER))
        } else {
            Pulses.sound(UInt32(PIN_BUZZER), hertz: UInt32(hertz))
        }
    }

    func setNotice(_ on: Bool) { Pins.set(UInt32(PIN_NOTICE), on) }

    func feedWatchdog() { Watchdog.feed() }

    func restart(_ into: PodRestart) {
        chip_dark()
        switch into {
        case .loader: chip_load()
        case .program: Watchdog.restart()
        }
    }

    mutating func setAddress(_ address: UInt8) { bus.setAddress(address) }
    mutating func openEndpoints(_ open: Bool) { bus.openEndpoints(open) }
    mutating func setHalt(_ endpoint: USBEndpoint, _ halted: Bool) { bus.setHalt(endpoint, halted) }
}
