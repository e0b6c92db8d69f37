import ForeignPictures
import PodBoard
import PodCore
import PodUSB

/// What a host sends to the pod: the firmware's own USB device, asked by somebody who means no good.
extension ForeignParser {
    static let pod = [
        ForeignParser("pod-host") { bytes in
            let board = SimulatedBoard(serial: 1)
            var device = USBDevice(BoardWires(board))
            device.busReset()
            var rest = bytes[...]
            while let order = rest.popFirst() { device.obey(order, &rest) }
            let isUsed = device.isConfigured
            // Whatever was asked, a host that goes leaves it dark, and the next one finds a pod.
            device.busReset()
            precondition(!board.now.net && board.now.lights.isEmpty, "it shines for nobody")
            guard let descriptor = device.control([0x80, 6, 0, 1, 0, 0, 18, 0]) else {
                preconditionFailure("it does not say what it is")
            }
            precondition(descriptor.count == 18, "it describes itself otherwise")
            return isUsed
        }
    ]
}

extension USBDevice where Board == BoardWires {
    /// One thing that a host or a bus does; the rest of the bytes is what comes with it.
    fileprivate mutating func obey(_ order: UInt8, _ rest: inout ArraySlice<UInt8>) {
        func take(_ count: Int) -> [UInt8] {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        switch order & 7 {
        case 0:
            let setup = take(8)
            guard setup.count == 8 else { return }
            if let answer = control(.init { setup[$0] }) {
                precondition(answer.count <= Int(setup[6]) | Int(setup[7]) << 8, "more than was asked for")
            }
        case 1:
            let packet = take(Int(rest.popFirst() ?? 0))
            guard isReady(.requests), packet.count <= USBPacket.capacity else { return }
            received(.requests, packet.span)
        case 2: fetch(.replies)
        case 3: fetch(.events)
        case 4: suspend()
        case 5: busReset()
        case 6: pod.edge(order & 8 == 0 ? .pedal : .hand, pressed: order & 16 == 0, at: pod.hardware.micros)
        default: poll()
        }
    }

    private mutating func fetch(_ endpoint: USBEndpoint) {
        guard let packet = nextPacket(endpoint) else { return }
        // The length of a packet says where a message ends (Firmware/README.md, On USB).
        precondition(packet.count > 0 && packet.count < USBPacket.capacity, "a message without an end")
        sent(endpoint)
    }
}
