import PodROM
import USBIP

/// RP2350's loader on USB: a drive, on which nobody looks, and PICOBOOT (RP2350 datasheet, 5.6).
struct LoaderDevice: Sendable {
    private(set) var rom: LoaderROM
    private var standard: StandardRequests

    init(number: UInt64, memory: OneTimeMemory) {
        rom = LoaderROM(number: number, memory: memory)
        let digits = String(number, radix: 16, uppercase: true)
        standard = StandardRequests(
            device: [18, 1, 0x10, 2, 0, 0, 0, 64, 0x8A, 0x2E, 0x0F, 0, 0, 1, 1, 2, 3, 1],
            configuration: [
                9, 2, 55, 0, 2, 1, 0, 0x80, 250,
                9, 4, 0, 0, 2, 8, 6, 0x50, 0,
                7, 5, 0x81, 2, 64, 0, 0,
                7, 5, 0x02, 2, 64, 0, 0,
                9, 4, 1, 0, 2, 0xFF, 0, 0, 0,
                7, 5, 0x03, 2, 64, 0, 0,
                7, 5, 0x84, 2, 64, 0, 0,
            ],
            texts: ["Raspberry Pi", "RP2350 Boot", String(repeating: "0", count: 16 - digits.count) + digits])
    }

    var deviceDescriptor: [UInt8] { standard.device }
    var configurationDescriptor: [UInt8] { standard.configuration }

    mutating func restart() {
        rom.restart()
        standard.reset()
    }

    mutating func answer(_ transfer: Transfer) -> Reply? {
        switch (transfer.endpoint, transfer.incoming) {
        case (0, _):
            guard transfer.setup.kind & 0x60 == 0x40 else { return standard.answer(transfer) }
            // Of PICOBOOT's interface.
            guard transfer.setup.index == 1,
                let bytes = rom.control(kind: transfer.setup.kind, request: transfer.setup.request)
            else { return .stalled(transfer) }
            return transfer.incoming ? .sent(bytes, to: transfer) : .taken(transfer)
        case (3, false): return rom.take(transfer.data) ? .taken(transfer) : .stalled(transfer)
        case (4, true):
            switch rom.give() {
            case .bytes(let bytes): return .sent(bytes, to: transfer)
            case .stalled: return .stalled(transfer)
            case nil: return nil
            }
        case (1, true), (2, false): return nil
        default: return .stalled(transfer)
        }
    }
}
