/// RP2350's USB loader as far as a host sees it (RP2350 datasheet, 5.6): commands, flash, and what is burnt in.
///
/// As stepping A2 does, it erases and writes nothing, and says that it has, until EXIT_XIP has come. Stricter than the chip: flash
/// that was not erased cannot be written. Not simulated: pages of the one-time memory that are locked, UF2 files on the drive.
package struct LoaderROM: Sendable {
    package static let flashStart: UInt32 = 0x1000_0000
    static let flashCount = 2 << 20

    /// What a bulk pipe has for the host.
    package enum Answer: Equatable, Sendable {
        case bytes([UInt8])
        case stalled
    }

    private enum Phase: Equatable {
        case idle
        /// Data of a write are still to come.
        case taking(address: UInt32, count: Int)
        case giving([UInt8])
        /// The host has its data and is to say so.
        case given
        /// Done; the host has not heard it yet.
        case done
        case halted
    }

    /// Why a command is not done (5.6.5.2).
    private enum Refusal: UInt32, Error {
        case unknownCommand = 1
        case commandLength = 2
        case transferLength = 3
        case address = 4
        case alignment = 5
        case argument = 11
        case modified = 14
    }

    private let number: UInt64
    private let memory: OneTimeMemory
    package private(set) var flash: [UInt8]?
    /// How often something was erased.
    package private(set) var erasures = 0
    private var phase = Phase.idle
    private var taken: [UInt8] = []
    private var token: UInt32 = 0
    private var command: UInt8 = 0
    private var status: UInt32 = 0
    private var isToLeave = false
    private var endsFlashWork = true

    /// - Parameter number: the chip's own.
    package init(number: UInt64, memory: OneTimeMemory) { (self.number, self.memory) = (number, memory) }

    /// Power came, or the host let go.
    package mutating func restart() { (phase, isToLeave, status, endsFlashWork) = (.idle, false, 0, true) }

    /// Whether the host asked it to start what is in flash, and has heard that it does.
    package var isLeaving: Bool { isToLeave && phase == .idle }

    // Control pipe.

    /// - Returns: nil for a stall.
    package mutating func control(kind: UInt8, request: UInt8) -> [UInt8]? {
        switch (kind, request) {
        case (0x41, 0x41):
            if phase != .idle { endsFlashWork = true }
            (phase, status) = (.idle, 0)
            return []
        case (0xC1, 0x42):
            return words(token, status) + [command, 0] + [UInt8](repeating: 0, count: 6)
        default: return nil
        }
    }

    // Bulk pipes.

    /// One transfer from the host.
    ///
    /// - Returns: false for a stall.
    package mutating func take(_ bytes: [UInt8]) -> Bool {
        switch phase {
        case .idle: return attempt { rom throws(Refusal) in try rom.begin(bytes) }
        case .taking(let address, let count):
            taken += bytes
            guard taken.count >= count else { return true }
            return attempt { rom throws(Refusal) in
                guard rom.taken.count == count else { throw .transferLength }
                try rom.write(rom.taken, at: address)
                rom.phase = .done
            }
        case .given where bytes.isEmpty:
            phase = .idle
            return true
        case .giving, .given, .done, .halted:
            phase = .halted
            return false
        }
    }

    /// What the next transfer to the host holds; nil while there is nothing.
    package mutating func give() -> Answer? {
        switch phase {
        case .giving(let bytes):
            phase = .given
            return .bytes(bytes)
        case .done:
            phase = .idle
            return .bytes([])
        case .halted: return .stalled
        case .idle, .taking, .given: return nil
        }
    }

    private mutating func attempt(_ body: (inout LoaderROM) throws(Refusal) -> Void) -> Bool {
        do throws(Refusal) {
            try body(&self)
            return true
        } catch {
            (status, phase) = (error.rawValue, .halted)
            return false
        }
    }

    private mutating func begin(_ bytes: [UInt8]) throws(Refusal) {
        guard bytes.count == 32, word(bytes, 0) == 0x431F_D10B, bytes[10] == 0, bytes[11] == 0 else {
            throw .unknownCommand
        }
        (token, command, status) = (word(bytes, 4), bytes[8], 0)
        let (count, length) = (Int(bytes[9]), Int(word(bytes, 12)))
        guard count <= 16, bytes[(16 + count)...].allSatisfy({ $0 == 0 }) else { throw .commandLength }
        let (first, second) = (word(bytes, 16), word(bytes, 20))
        switch (command, count) {
        // There is no drive to lock out.
        case (0x01, 1) where bytes[16] <= 2 && length == 0: phase = .done
        case (0x03, 8) where length == 0:
            try erase(first, second)
            phase = .done
        case (0x05, 8) where length == Int(second):
            _ = try place(first, length)
            guard first % 256 == 0 else { throw .alignment }
            (taken, phase) = ([], .taking(address: first, count: length))
        case (0x84, 8) where length == Int(second):
            let start = try place(first, length)
            phase = .giving(Array(content[start..<start + length]))
        case (0x06, 0) where length == 0: (endsFlashWork, phase) = (false, .done)
        case (0x0A, 16) where length == 0:
            guard first == 0 else { throw .argument }
            (isToLeave, phase) = (true, .done)
        case (0x8B, 16) where length % 4 == 0 && length < 256:
            phase = .giving(try facts(kind: bytes[16], wanted: second, length))
        case (0x8C, 5): phase = .giving(try rows(bytes, length))
        case (0x01, _), (0x03, _), (0x05, _), (0x06, _), (0x84, _), (0x0A, _), (0x8B, _), (0x8C, _):
            throw .commandLength
        default: throw .unknownCommand
        }
    }

    // Flash.

    private var content: [UInt8] { flash ?? [UInt8](repeating: 0xFF, count: Self.flashCount) }

    private func place(_ address: UInt32, _ count: Int) throws(Refusal) -> Int {
        guard address >= Self.flashStart, Int(address - Self.flashStart) + count <= Self.flashCount, count > 0 else {
            throw .address
        }
        return Int(address - Self.flashStart)
    }

    private mutating func erase(_ address: UInt32, _ count: UInt32) throws(Refusal) {
        let start = try place(address, Int(count))
        guard address % 4096 == 0, count % 4096 == 0 else { throw .alignment }
        if endsFlashWork { return }
        erasures += 1
        var bytes = content
        for index in start..<start + Int(count) { bytes[index] = 0xFF }
        flash = bytes
    }

    /// The last page is filled up with zeros.
    private mutating func write(_ data: [UInt8], at address: UInt32) throws(Refusal) {
        let start = try place(address, data.count)
        if endsFlashWork { return }
        let whole = data + [UInt8](repeating: 0, count: (256 - data.count % 256) % 256)
        var bytes = content
        guard bytes[start..<start + whole.count].allSatisfy({ $0 == 0xFF }) else { throw .modified }
        bytes.replaceSubrange(start..<start + whole.count, with: whole)
        flash = bytes
    }

    // What is burnt in.

    private func facts(kind: UInt8, wanted: UInt32, _ length: Int) throws(Refusal) -> [UInt8] {
        guard kind == 1 else { throw .argument }
        var found: [UInt32] = []
        if wanted & 1 != 0 { found += [1, UInt32(truncatingIfNeeded: number), UInt32(number >> 32)] }
        if wanted & 2 != 0 { found.append(memory.isSecured ? 1 : 0) }
        let all = [UInt32(found.count + 1), wanted & 3] + found
        guard all.count * 4 <= length else { throw .transferLength }
        let bytes = all.flatMap { words($0) }
        return bytes + [UInt8](repeating: 0, count: length - bytes.count)
    }

    private func rows(_ bytes: [UInt8], _ length: Int) throws(Refusal) -> [UInt8] {
        let first = Int(bytes[16]) | Int(bytes[17]) << 8
        let count = Int(bytes[18]) | Int(bytes[19]) << 8
        let isCorrected = bytes[20] == 1
        guard first + count <= 4096 else { throw .address }
        guard length == count * (isCorrected ? 2 : 4) else { throw .transferLength }
        return (first..<first + count).flatMap { row in
            let value = words(memory.row(row))
            return isCorrected ? Array(value[0..<2]) : value
        }
    }

    private func word(_ bytes: [UInt8], _ place: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * $1) }
    }

    private func words(_ values: UInt32...) -> [UInt8] {
        values.flatMap { value in [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) } }
    }
}
