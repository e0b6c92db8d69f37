import PodCore
import PodUSB

/// The pod: the rules, the USB device they are behind, and the board, looked at in turn.
@main enum PodBoard {
    static func main() {
        Watchdog.start()
        Resets.restart(Chip.resetPins)
        Pins.open()
        Clocks.start()
        Watchdog.feed()
        Resets.restart(Chip.resetParts)
        Flashes.open()
        var device = USBDevice(Board())
        device.pod.hardware.bus.open()
        while true {
            if Pins.frameBegan() { device.pod.frame(at: Timer.micros) }
            device.poll()
            serve(&device)
        }
    }

    /// Carries packets between the controller and the device.
    private static func serve(_ device: inout USBDevice<Board>) {
        let done = device.pod.hardware.bus.takeDone()
        if done != 0 { finish(done, &device) }
        let events = device.pod.hardware.bus.takeEvents()
        if events & Controller.Event.reset != 0 { device.busReset() }
        if events & Controller.Event.suspended != 0 { device.suspend() }
        if events & Controller.Event.setup != 0 {
            let bytes = device.pod.hardware.bus.takeSetup()
            if !device.setup(bytes) { device.pod.hardware.bus.stall() }
        }
        offer(.control, .controlIn, &device)
        offer(.replies, .replies, &device)
        offer(.events, .events, &device)
        accept(.control, .controlOut, &device)
        accept(.requests, .requests, &device)
    }

    private static func finish(_ done: UInt32, _ device: inout USBDevice<Board>) {
        if done & Controller.Pipe.controlIn.bit != 0 { device.sent(.control) }
        if done & Controller.Pipe.replies.bit != 0 { device.sent(.replies) }
        if done & Controller.Pipe.events.bit != 0 { device.sent(.events) }
        if done & Controller.Pipe.controlOut.bit != 0 { take(.control, .controlOut, &device) }
        if done & Controller.Pipe.requests.bit != 0 { take(.requests, .requests, &device) }
    }

    private static func take(_ endpoint: USBEndpoint, _ pipe: Controller.Pipe, _ device: inout USBDevice<Board>) {
        var bytes: [64 of UInt8] = .init(repeating: 0)
        let count = device.pod.hardware.bus.received(pipe, &bytes)
        device.received(endpoint, bytes.span.extracting(0..<count))
    }

    private static func offer(_ endpoint: USBEndpoint, _ pipe: Controller.Pipe, _ device: inout USBDevice<Board>) {
        // Asked first, since most of the time there is nothing and a packet is large to return.
        guard !device.pod.hardware.bus.isArmed(pipe), device.hasPacket(endpoint) else { return }
        guard let packet = device.nextPacket(endpoint) else { return }
        device.pod.hardware.bus.send(packet, pipe)
    }

    private static func accept(_ endpoint: USBEndpoint, _ pipe: Controller.Pipe, _ device: inout USBDevice<Board>) {
        guard !device.pod.hardware.bus.isArmed(pipe), device.isReady(endpoint) else { return }
        device.pod.hardware.bus.receive(pipe)
    }
}
