import USB

/// RP2350's own loader in its ROM, taken for this program alone (RP2350 datasheet, 5.6).
package struct Loader<Line: LoaderTransport>: ~Copyable {
    private let line: Line
    private var token: UInt32 = 0

    /// - Throws: `usb`, `malformed`, `refused`.
    package init(_ line: consuming Line) throws(LoaderError) {
        self.line = line
        do { try self.line.reset() } catch { throw .usb(error) }
        _ = try perform(.exclusive)
    }

    /// What is burnt into the chip.
    package mutating func chip() throws(LoaderError) -> LoaderChip {
        let facts = try perform(.facts)
        // Five words: which facts they are, package, two of the chip's number, and what is critical.
        guard facts.word(at: 0) == 5, facts.word(at: 4) == LoaderCommand.wantedFacts else {
            throw .malformed(LoaderCommand.facts.number)
        }
        let number = UInt64(facts.word(at: 16)) << 32 | UInt64(facts.word(at: 12))
        let flags = try perform(.rows(first: LoaderChip.flagRow, count: 3, corrected: false))
        let keys = try LoaderChip.validKeys((0..<3).map { flags.word(at: 4 * $0) }).map { key throws(LoaderError) in
            try perform(.rows(first: LoaderChip.keyRow + 16 * key, count: 16, corrected: true))
        }
        return LoaderChip(number: number, isSecured: facts.word(at: 20) & 1 != 0, keyDigests: keys)
    }

    /// Puts an image at the start of flash and reads it back. The first sector is erased first and written last: whatever
    /// ends this before its time leaves a chip that starts nothing and waits in its loader.
    ///
    /// - Parameter image: a multiple of 256 bytes.
    /// - Throws: `different` and all that commands throw.
    package mutating func write(_ image: [UInt8]) throws(LoaderError) {
        precondition(!image.isEmpty && image.count % 256 == 0)
        let sectors = (image.count + FlashRange.sector - 1) / FlashRange.sector
        _ = try perform(.erase(Self.range(0, FlashRange.sector)))
        if sectors > 1 {
            _ = try perform(.erase(Self.range(FlashRange.sector, (sectors - 1) * FlashRange.sector)))
        }
        for sector in Array(1..<sectors) + [0] {
            let place = sector * FlashRange.sector
            let bytes = Array(image[place..<min(place + FlashRange.sector, image.count)])
            let range = Self.range(place, bytes.count)
            _ = try perform(.write(range), sending: bytes)
            guard try perform(.read(range)) == bytes else { throw .different(range.address) }
        }
    }

    /// Leaves the loader: the chip starts what is in its flash.
    package consuming func restart() throws(LoaderError) { _ = try perform(.restart(milliseconds: 200)) }

    private static func range(_ place: Int, _ count: Int) -> FlashRange {
        FlashRange(address: FlashRange.start + UInt32(place), count: UInt32(count))
    }

    /// One command with its data, and the empty transfer the other way that says it was done (5.6.4).
    ///
    /// - Returns: the chip's data.
    private mutating func perform(_ command: LoaderCommand, sending data: [UInt8] = []) throws(LoaderError) -> [UInt8] {
        precondition(data.count == (command.isIncoming ? 0 : command.transfer))
        token &+= 1
        let answer: [UInt8]
        do throws(USBError) {
            try line.send(command.message(token: token))
            if !data.isEmpty { try line.send(data) }
            answer = try line.receive(atMost: command.isIncoming ? command.transfer : 0)
            if command.isIncoming { try line.send([]) }
        } catch .stalled {
            throw try refusal(of: command)
        } catch { throw .usb(error) }
        guard answer.count == (command.isIncoming ? command.transfer : 0) else { throw .malformed(command.number) }
        return answer
    }

    private func refusal(of command: LoaderCommand) throws(LoaderError) -> LoaderError {
        let status: [UInt8]
        do {
            status = try line.status()
            try line.reset()
        } catch { throw .usb(error) }
        guard status.count == 16, status.word(at: 0) == token, status[8] == command.number, status.word(at: 4) != 0
        else {
            throw .malformed(command.number)
        }
        return .refused(command.number, LoaderRefusal(status.word(at: 4)))
    }
}
