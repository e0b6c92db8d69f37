/// What the device sends back for a transfer; `status` is a negative errno.
package struct Reply: Sendable {
    static let stall: Int32 = -32
    static let reset: Int32 = -104
    static let overflow: Int32 = -75

    let sequence: UInt32
    let status: Int32
    /// Bytes moved, in either direction.
    let length: Int
    let data: [UInt8]
    /// What became of each isochronous packet, a descriptor for one; empty for every other transfer.
    let packets: [[UInt8]]

    /// - Parameter moved: bytes in each isochronous packet.
    private init(to transfer: Transfer, status: Int32, length: Int, data: [UInt8], moved: [Int] = []) {
        (sequence, self.status, self.length, self.data) = (transfer.sequence, status, length, data)
        // The client's kernel reads as many descriptors as it sent, whatever the status is.
        packets = transfer.packets.enumerated().map { index, packet in
            packet.descriptor(moved: moved.indices.contains(index) ? moved[index] : 0, status: status)
        }
    }

    /// From the device; what the host has no room for is left out.
    package static func sent(_ data: [UInt8], to transfer: Transfer) -> Reply {
        let some = Array(data.prefix(transfer.length))
        return Reply(to: transfer, status: 0, length: some.count, data: some)
    }

    /// From the device over an isochronous endpoint: what each packet brings, and nothing in the packets after them.
    package static func sent(packets: [[UInt8]], to transfer: Transfer) -> Reply {
        let some = zip(packets, transfer.packets).map { $0.prefix($1.length) }
        let data = Array(some.joined())
        return Reply(to: transfer, status: 0, length: data.count, data: data, moved: some.map(\.count))
    }

    /// The host's bytes arrived.
    package static func taken(_ transfer: Transfer) -> Reply {
        Reply(to: transfer, status: 0, length: transfer.length, data: [])
    }

    /// The endpoint is halted, or refuses a control request.
    package static func stalled(_ transfer: Transfer) -> Reply {
        Reply(to: transfer, status: stall, length: 0, data: [])
    }

    /// The device sent more than the host had room for (babble): the kernel gives it what fits, and the error.
    package static func babbled(_ data: [UInt8], to transfer: Transfer) -> Reply {
        let some = Array(data.prefix(transfer.length))
        return Reply(to: transfer, status: overflow, length: some.count, data: some)
    }

    /// USBIP_RET_SUBMIT with its data, and its packets behind them.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(
            Command.headerLength + data.count + packets.count * IsochronousPacket.descriptorLength)
        let count = packets.isEmpty ? .max : UInt32(packets.count)
        for word in [3, sequence, 0, 0, 0, UInt32(bitPattern: status), UInt32(length), 0, count, 0, 0, 0] {
            bytes.append(bigEndian: word)
        }
        bytes += data
        for packet in packets { bytes += packet }
        return bytes
    }

    /// USBIP_RET_UNLINK: `found` when the transfer was still waiting, so that no other answer to it will come.
    static func unlinked(_ sequence: UInt32, found: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        for word in [4, sequence, 0, 0, 0, UInt32(bitPattern: found ? reset : 0), 0, 0, 0, 0, 0, 0] {
            bytes.append(bigEndian: word)
        }
        return bytes
    }
}
