import PodCore
import PodUSB

/// What a test sees of a pod on a bus.
final class Wires {
    var micros: UInt64 = 1_000_000
    var net = false
    var address: UInt8 = 0
    var isOpen = false
    /// Endpoints that were halted or let go, in order.
    var halts: [(USBEndpoint, Bool)] = []
    var opened = 0
}

struct Plug: USBBoard, ~Copyable {
    let wires: Wires
    var micros: UInt64 { wires.micros }
    var serial: UInt64 { 0xE661_4C31_1B7A_0F2D }
    var isOpen: Bool { false }
    var isLampLit: Bool { wires.net }
    func isPressed(_ input: PodInput) -> Bool { false }
    func setCaptureNet(_ on: Bool) { wires.net = on }
    func setLight(_ channel: LightChannel, permille: UInt16) {}
    func flash(_ channel: LightChannel, delay: UInt16, width: UInt16) {}
    func setSound(hertz: UInt16) {}
    func setNotice(_ on: Bool) {}
    func feedWatchdog() {}
    func restart(_ into: PodRestart) {}
    func setAddress(_ address: UInt8) { wires.address = address }
    func openEndpoints(_ open: Bool) {
        wires.isOpen = open
        if open { wires.opened += 1 }
    }
    func setHalt(_ endpoint: USBEndpoint, _ halted: Bool) { wires.halts.append((endpoint, halted)) }
}

/// A host that speaks to the device packet by packet.
final class Bus {
    let wires = Wires()
    var device: USBDevice<Plug>
    private var sequence: UInt16 = 0
    static let session: UInt32 = 0xC0FF_EE01

    init() { device = USBDevice(Plug(wires: wires)) }

    /// A bus whose device is addressed and configured.
    static func configured() -> Bus {
        let bus = Bus()
        bus.device.busReset()
        bus.set(0x00, 5, value: 9)
        bus.set(0x00, 9, value: 1)
        return bus
    }

    // Nothing that cannot be copied can stand in an expectation.
    func setup(_ bytes: [8 of UInt8]) -> Bool { device.setup(bytes) }
    func next(_ endpoint: USBEndpoint) -> [UInt8]? { device.nextPacket(endpoint)?.bytes }
    func isHalted(_ endpoint: USBEndpoint) -> Bool { device.isHalted(endpoint) }
    func isReady(_ endpoint: USBEndpoint) -> Bool { device.isReady(endpoint) }
    var isConfigured: Bool { device.isConfigured }

    static func bytes(_ kind: UInt8, _ request: UInt8, _ value: UInt16, _ index: UInt16, _ length: UInt16) -> [
        8 of UInt8
    ] {
        let low = { (number: UInt16) in UInt8(truncatingIfNeeded: number) }
        let high = { (number: UInt16) in UInt8(truncatingIfNeeded: number >> 8) }
        return [kind, request, low(value), high(value), low(index), high(index), low(length), high(length)]
    }

    /// A control transfer that brings data: its packets, nil for STALL.
    func packets(_ kind: UInt8, _ request: UInt8, value: UInt16 = 0, index: UInt16 = 0, length: UInt16 = 255)
        -> [[UInt8]]?
    {
        guard device.setup(Self.bytes(kind, request, value, index, length)) else { return nil }
        var packets: [[UInt8]] = []
        while let packet = device.nextPacket(.control) {
            packets.append(packet.bytes)
            device.sent(.control)
        }
        device.received(.control, [UInt8]().span)
        return packets
    }

    func get(_ kind: UInt8, _ request: UInt8, value: UInt16 = 0, index: UInt16 = 0, length: UInt16 = 255) -> [UInt8]? {
        packets(kind, request, value: value, index: index, length: length)?.flatMap(\.self)
    }

    /// A control transfer without data: whether it was taken.
    @discardableResult
    func set(_ kind: UInt8, _ request: UInt8, value: UInt16 = 0, index: UInt16 = 0) -> Bool {
        packets(kind, request, value: value, index: index, length: 0) == [[]]
    }

    /// Sends a request of the pod's and fetches the reply.
    func ask(_ request: PodRequest, _ payload: [UInt8] = []) -> [UInt8]? {
        send(request, payload)
        return fetch(.replies)
    }

    func send(_ request: PodRequest, _ payload: [UInt8] = []) {
        sequence &+= 1
        let header = [1, request.rawValue] + le(sequence) + le(UInt16(payload.count)) + [0, 0]
        device.received(.requests, (header + payload).span)
    }

    func fetch(_ endpoint: USBEndpoint) -> [UInt8]? {
        guard let packet = device.nextPacket(endpoint) else { return nil }
        device.sent(endpoint)
        return packet.bytes
    }

    /// Takes the lease and turns the net on.
    func capture() {
        _ = ask(.lease, le(Self.session) + le(UInt16(2000)))
        _ = ask(.capture, le(Self.session) + [1])
    }
}

func le<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

extension USBPacket { var bytes: [UInt8] { (0..<count).map { self[$0] } } }
extension ControlData { var bytes: [UInt8] { (0..<count).map { self[$0] } } }
