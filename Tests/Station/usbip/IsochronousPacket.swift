/// One packet of an isochronous transfer: how much of the client's buffer it may fill.
package struct IsochronousPacket: Equatable, Sendable {
    static let descriptorLength = 16
    /// More than any host asks for at once.
    static let most: UInt32 = 128

    /// Where its bytes belong in the client's buffer.
    private let offset: UInt32
    /// Bytes the client has room for.
    package let length: Int

    /// - Parameters:
    ///   - descriptor: exactly `descriptorLength` bytes.
    ///   - transferLength: bytes of the whole transfer.
    private init(parsing descriptor: [UInt8], within transferLength: Int) throws(WireError) {
        let (offset, length) = (descriptor.word(0), descriptor.word(4))
        guard UInt64(offset) + UInt64(length) <= UInt64(transferLength) else { throw .length(length) }
        (self.offset, self.length) = (offset, Int(length))
    }

    /// - Parameters:
    ///   - bytes: whole descriptors, one behind the other.
    ///   - transferLength: bytes of the whole transfer.
    static func packets(parsing bytes: [UInt8], within transferLength: Int) throws(WireError) -> [IsochronousPacket] {
        var packets: [IsochronousPacket] = []
        for start in stride(from: 0, to: bytes.count, by: descriptorLength) {
            let descriptor = Array(bytes[start..<start + descriptorLength])
            packets.append(try IsochronousPacket(parsing: descriptor, within: transferLength))
        }
        return packets
    }

    /// The descriptor that says what became of the packet; `status` is a negative errno.
    func descriptor(moved: Int, status: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        for word in [offset, UInt32(length), UInt32(moved), UInt32(bitPattern: status)] {
            bytes.append(bigEndian: word)
        }
        return bytes
    }
}
