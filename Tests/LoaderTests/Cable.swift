import Loader
import PodROM
import USB

/// Between a host and a simulated chip; it can be pulled, and a chip at its end can lie.
final class Cable: LoaderTransport {
    var rom: LoaderROM
    /// After so many transfers the cable is pulled; nil for never.
    var transfersLeft: Int?
    /// What becomes of what the chip sends.
    var distort: ([UInt8]) -> [UInt8] = { $0 }
    private(set) var transfers = 0

    init(_ rom: LoaderROM) { self.rom = rom }

    func send(_ bytes: [UInt8]) throws(USBError) {
        try move()
        guard rom.take(bytes) else { throw .stalled }
    }

    func receive(atMost count: Int) throws(USBError) -> [UInt8] {
        try move()
        switch rom.give() {
        case .bytes(let bytes):
            // The room that `LoaderLine` makes.
            guard bytes.count <= max(count, 64) else { throw .babbled }
            return distort(bytes)
        case .stalled: throw .stalled
        case nil: throw .timedOut(moved: 0)
        }
    }

    func status() throws(USBError) -> [UInt8] {
        try move()
        return distort(rom.control(kind: 0xC1, request: 0x42) ?? [])
    }

    func reset() throws(USBError) {
        try move()
        _ = rom.control(kind: 0x41, request: 0x41)
    }

    private func move() throws(USBError) {
        if let left = transfersLeft {
            guard left > 0 else { throw .gone }
            transfersLeft = left - 1
        }
        transfers += 1
    }
}
