import Testing

@testable import UVC

/// A camera that sends pictures in payloads.
private struct Sender {
    var toggle: UInt8 = 0

    /// A picture's payloads.
    ///
    /// - Parameters:
    ///   - size: bytes of a payload with its header.
    ///   - bits: further ones of bmHeaderInfo.
    mutating func payloads(of picture: [UInt8], size: Int, bits: UInt8 = 0, hasEnd: Bool = true) -> [[UInt8]] {
        defer { toggle ^= 1 }
        var rest = picture[...]
        var payloads: [[UInt8]] = []
        while !rest.isEmpty {
            let some = rest.prefix(size - 2)
            rest = rest.dropFirst(size - 2)
            let end: UInt8 = rest.isEmpty && hasEnd ? 2 : 0
            payloads.append([2, 0x80 | toggle | end | bits] + some)
        }
        return payloads
    }
}

private let still: UInt8 = 0x20

/// What a reader makes of payloads: the still's bytes, whether it ended, how many frames of the stream there were.
private func read(_ pieces: [(UVCPayloads.Piece, [UInt8])]) -> (bytes: [UInt8], isWhole: Bool, frames: Int) {
    var (bytes, isWhole, frames): ([UInt8], Bool, Int) = ([], false, 0)
    for (piece, payload) in pieces where !isWhole {
        switch piece {
        case .passed, .damaged: break
        case .frame: frames += 1
        case .ended: isWhole = true
        case .still(let from, let isLast):
            bytes += payload.dropFirst(from)
            isWhole = isLast
        }
    }
    return (bytes, isWhole, frames)
}

@Suite struct `Payloads with a still among them` {
    private let picture = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    private let frame = [UInt8](repeating: 9, count: 2000)

    @Test(arguments: [3, 64, 512, 1024, 3072, 6000])
    func `give it back whole from packets`(size: Int) {
        var sender = Sender()
        let all =
            sender.payloads(of: frame, size: size) + sender.payloads(of: picture, size: size, bits: still)
            + sender.payloads(of: frame, size: size)
        var payloads = UVCPayloads(isOwn: false, stream: size, still: size)
        let (bytes, isWhole, frames) = read(all.map { (payloads.packet($0.span), $0) })
        #expect(bytes == picture)
        #expect(isWhole)
        #expect(frames == 1)
    }

    @Test(arguments: [(64, 64), (64, 128), (512, 512), (1000, 512), (1024, 512), (4096, 512), (6000, 1024)])
    func `give it back whole from transfers that cut them`(size: Int, transfer: Int) {
        var sender = Sender()
        let all =
            sender.payloads(of: frame, size: size) + sender.payloads(of: picture, size: size, bits: still)
        var payloads = UVCPayloads(isOwn: false, stream: size, still: size)
        var pieces: [(UVCPayloads.Piece, [UInt8])] = []
        for payload in all {
            for start in stride(from: 0, to: payload.count, by: transfer) {
                let part = Array(payload[start..<min(start + transfer, payload.count)])
                pieces.append((payloads.transfer(part.span, isShort: part.count < transfer), part))
            }
            // A payload that ends with a full transfer and is not as long as one may be ends with one of no bytes.
            if payload.count % transfer == 0, payload.count < size {
                pieces.append((payloads.transfer([UInt8]().span, isShort: true), []))
            }
        }
        let (bytes, isWhole, frames) = read(pieces)
        #expect(bytes == picture)
        #expect(isWhole)
        #expect(frames == 1)
    }

    @Test func `may be longer than those of the stream, where every transfer divides both`() {
        var sender = Sender()
        let all =
            sender.payloads(of: frame, size: 512) + sender.payloads(of: picture, size: 1536, bits: still)
        var payloads = UVCPayloads(isOwn: false, stream: 512, still: 1536)
        var pieces: [(UVCPayloads.Piece, [UInt8])] = []
        for payload in all {
            for start in stride(from: 0, to: payload.count, by: 512) {
                let part = Array(payload[start..<min(start + 512, payload.count)])
                pieces.append((payloads.transfer(part.span, isShort: part.count < 512), part))
            }
        }
        let (bytes, isWhole, frames) = read(pieces)
        #expect(bytes == picture)
        #expect(isWhole)
        #expect(frames == 1)
    }

    @Test func `without an end mark end with what comes next`() {
        var sender = Sender()
        let all =
            sender.payloads(of: picture, size: 512, bits: still, hasEnd: false) + sender.payloads(of: frame, size: 512)
        var payloads = UVCPayloads(isOwn: false, stream: 512, still: 512)
        let (bytes, isWhole, _) = read(all.map { (payloads.packet($0.span), $0) })
        #expect(bytes == picture)
        #expect(isWhole)
    }

    @Test(arguments: [true, false])
    func `that nobody asked for are passed over, and the next one is whole`(hasEnded: Bool) {
        var sender = Sender()
        let stray = sender.payloads(of: frame, size: 512, bits: still)
        let all = sender.payloads(of: picture, size: 512, bits: still)
        var payloads = UVCPayloads(isOwn: false, stream: 512, still: 512)
        for payload in stray.prefix(hasEnded ? stray.count : 2) { _ = payloads.packet(payload.span) }
        payloads.forget()
        let rest = (hasEnded ? [] : stray.dropFirst(2)) + all
        #expect(read(rest.map { (payloads.packet($0.span), $0) }).bytes == picture)
    }

    @Test func `are not ended by a header alone`() {
        var sender = Sender()
        var all = sender.payloads(of: picture, size: 512, bits: still)
        all.insert([2, 0x80], at: 3)
        var payloads = UVCPayloads(isOwn: false, stream: 512, still: 512)
        #expect(read(all.map { (payloads.packet($0.span), $0) }).bytes == picture)
    }

    @Test func `on a pipe of their own need no mark`() {
        var sender = Sender()
        let all = sender.payloads(of: picture, size: 512)
        var payloads = UVCPayloads(isOwn: true, stream: 512, still: 512)
        #expect(read(all.map { (payloads.packet($0.span), $0) }).bytes == picture)
    }

    @Test func `say that something went wrong`() {
        var payloads = UVCPayloads(isOwn: false, stream: 512, still: 512)
        #expect(payloads.packet([2, 0x80 | still | 0x40, 1, 2].span) == .damaged)
        #expect(payloads.packet([2, 0xC0, 1, 2].span) == .passed)
    }

    @Test(arguments: [[], [2], [0, 0x20, 1], [1, 0x20, 1], [9, 0x20, 1]] as [[UInt8]])
    func `without a header are nothing`(bytes: [UInt8]) {
        var payloads = UVCPayloads(isOwn: true, stream: 512, still: 512)
        #expect(payloads.packet(bytes.span) == .passed)
        #expect(payloads.transfer(bytes.span, isShort: true) == .passed)
        // In the middle of a still they are a hole in it.
        _ = payloads.packet([2, 0x80 | still, 1].span)
        #expect(payloads.packet(bytes.span) == (bytes.isEmpty ? .passed : .damaged))
    }
}
