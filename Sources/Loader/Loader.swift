import USB

/// RP2350's own loader in its ROM, its drive locked out (RP2350 datasheet, 5.6). After an error it can still be left; whoever
/// wants more of it takes it anew.
package struct Loader<Line: LoaderTransport>: ~Copyable {
    private let line: Line
    private var token: UInt32 = 0

    /// - Throws: `usb`, `malformed`, `refused`.
    package init(_ line: consuming Line) throws(LoaderError) {
        self.line = line
        do { try self.line.reset() } catch { throw .usb(error) }
        _ = try perform(.exclusive)
        // Nothing, says the datasheet (5.6.4.6). But stepping A2 ends each erasing and writing at once, and says that it is
        // done, from every enumeration on until this has come.
        _ = try perform(.leaveXIP)
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
        let copies = (0..<3).map { flags.word(at: 4 * $0) }
        let keys = try LoaderChip.validKeys(copies).map { key throws(LoaderError) in
            try perform(.rows(first: LoaderChip.keyRow + 16 * key, count: 16, corrected: true))
        }
        return LoaderChip(
            number: number, isSecured: facts.word(at: 20) & 1 != 0, keyDigests: keys,
            hasFreeKeys: LoaderChip.hasFreeKeys(copies))
    }

    /// Puts an image at the start of flash and reads it back. The page with the block that says that there is an image is
    /// written when all the others are there: whatever ends this before its time leaves a chip that waits in its loader.
    ///
    /// Of a chip that starts unsigned images this is sure only once the first sector is erased.
    /// - Parameter image: a multiple of 256 bytes.
    /// - Throws: `different` and all that commands throw.
    package mutating func write(_ image: [UInt8]) throws(LoaderError) {
        precondition(!image.isEmpty && image.count % FlashRange.page == 0)
        let sectors = (image.count + FlashRange.sector - 1) / FlashRange.sector
        _ = try perform(.erase(Self.range(0, FlashRange.sector)))
        if sectors > 1 {
            _ = try perform(.erase(Self.range(FlashRange.sector, (sectors - 1) * FlashRange.sector)))
        }
        for piece in Self.pieces(of: image) {
            let (range, bytes) = (Self.range(piece.lowerBound, piece.count), Array(image[piece]))
            _ = try perform(.write(range), sending: bytes)
            guard try perform(.read(range)) == bytes else { throw .different(range.address) }
        }
    }

    /// The image in the order of writing: sectors, the rest of the first one, the page in which its first block begins
    /// (5.9.1).
    static func pieces(of image: [UInt8]) -> [Range<Int>] {
        let first = min(image.count, FlashRange.sector)
        let block = stride(from: 0, to: first, by: 4).first { image.word(at: $0) == 0xFFFF_DED3 } ?? 0
        let page = block / FlashRange.page * FlashRange.page
        let sectors = stride(from: FlashRange.sector, to: image.count, by: FlashRange.sector).map {
            $0..<min($0 + FlashRange.sector, image.count)
        }
        let rest = [0..<page, page + FlashRange.page..<first].filter { !$0.isEmpty }
        return sectors + rest + [page..<page + FlashRange.page]
    }

    /// Leaves the loader: the chip starts what is in its flash. One that has left before its answer was heard has done so,
    /// so what comes back says whether it has.
    package consuming func restart() { _ = try? perform(.restart(milliseconds: 200)) }

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
