import Numbers
import PodCore
import Testing

@Suite struct `A serial line` {
    private func frame(_ bytes: [UInt8]) -> [UInt8] {
        var packet = Packet()
        for byte in bytes { packet.append(byte) }
        let frame = SerialFrame(packet)
        return (0..<frame.count).map { frame[$0] }
    }

    /// What a reader makes of bytes: messages, nil for a broken one.
    private func read(_ bytes: [UInt8], with reader: inout SerialReader) -> [[UInt8]?] {
        bytes.compactMap { byte -> [UInt8]?? in
            switch reader.take(byte) {
            case .message(let packet): packet.bytes
            case .broken: .some(nil)
            case nil: nil
            }
        }
    }

    @Test func `has the check sum that everybody has`() {
        var sum = CheckSum()
        for byte in "123456789".utf8 { sum.add(byte) }
        #expect(sum.value == 0x29B1)
    }

    @Test(
        arguments: [
            ([0x00], [0x01, 0x03, 0xE1, 0xF0, 0x00]),
            ([0x11, 0x22, 0x00, 0x33], [3, 0x11, 0x22, 4, 0x33, 0x07, 0x45, 0]),
        ] as [([UInt8], [UInt8])])
    func `is written like this`(_ message: [UInt8], _ written: [UInt8]) {
        #expect(frame(message) == written)
    }

    @Test func `carries every message of up to 63 bytes`() {
        var random = Numbers(state: 3)
        var reader = SerialReader()
        for count in 0...Packet.capacity {
            for zeros in [1, 4, 1000] {
                let message = (0..<count).map { _ in random.below(zeros) == 0 ? 0 : UInt8(1 + random.below(255)) }
                let bytes = frame(message)
                #expect(bytes.count <= SerialFrame.longest)
                #expect(!bytes.dropLast().contains(0))
                #expect(read(bytes, with: &reader) == [message])
            }
        }
    }

    private func isMessage(_ bytes: [UInt8]) -> Bool {
        var reader = PacketReader(bytes.span)
        return (try? reader.header()) != nil
    }

    @Test func `gives nothing for noise, and the message behind it`() {
        var random = Numbers(state: 11)
        var reader = SerialReader()
        var wrong = 0
        for _ in 0..<20_000 {
            let payload = (0..<random.below(30)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            var bytes = frame([1, 7, 0, 0] + le(UInt16(payload.count)) + [0, 0] + payload)
            let place = random.below(bytes.count - 1)
            switch random.below(3) {
            case 0: bytes[place] ^= UInt8(1 + random.below(255))
            case 1: bytes.remove(at: place)
            default: bytes.insert(contentsOf: (0..<90).map { _ in UInt8(1 + random.below(255)) }, at: place)
            }
            // A check sum that ends in zero also fits what is cut by a byte; a header's length does not.
            wrong += read(bytes, with: &reader).compactMap(\.self).count(where: isMessage)
            #expect(read(frame([1, 2, 3]), with: &reader) == [[1, 2, 3]])
        }
        // Sixteen bits miss one in 65,536.
        #expect(wrong <= 2)
    }
}
