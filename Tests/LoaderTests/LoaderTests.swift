import PodROM
import Seeded
import Testing
import USB

@testable import Loader

@Suite struct `The chip's loader` {
    /// Four sectors and a page, no two pages alike, and in the second page the marker of a block.
    private let image: [UInt8] = {
        var image = (0..<4 * 4096 + 256).map { UInt8(truncatingIfNeeded: $0 / 256 &* 31 ^ $0) }
        image.replaceSubrange(0x108..<0x10C, with: [0xD3, 0xDE, 0xFF, 0xFF])
        return image
    }()
    private let keys = [[UInt8](repeating: 0x11, count: 32), (0..<32).map { UInt8($0) }]

    @Test func `writes an image and reads it back`() throws {
        let cable = Cable(rom())
        var loader = try Loader(cable)
        try loader.write(image)
        loader.restart()
        let flash = try #require(cable.rom.flash)
        #expect(Array(flash.prefix(image.count)) == image)
        #expect(flash[image.count...].allSatisfy { $0 == 0xFF })
        #expect(cable.rom.isLeaving)
    }

    @Test func `writes the page of the first block last, wherever that is`() {
        let page = [UInt8](repeating: 0, count: 256)
        let marked = page.prefix(252) + [0xD3, 0xDE, 0xFF, 0xFF]
        #expect(Loader<Cable>.pieces(of: page) == [0..<256])
        #expect(Loader<Cable>.pieces(of: page + marked) == [0..<256, 256..<512])
        #expect(Loader<Cable>.pieces(of: marked + page) == [256..<512, 0..<256])
        let sectors = Array(repeating: page, count: 33).flatMap(\.self)
        #expect(Loader<Cable>.pieces(of: sectors) == [4096..<8192, 8192..<8448, 256..<4096, 0..<256])
    }

    @Test func `writes over what was there before`() throws {
        let cable = Cable(rom())
        for turn in [UInt8](0..<3) {
            var loader = try Loader(cable)
            try loader.write(image.map { $0 ^ turn })
            #expect(cable.rom.flash?.starts(with: image.map { $0 ^ turn }) == true)
        }
    }

    @Test func `says which chip it is and which keys it trusts`() throws {
        var loader = try Loader(Cable(rom(retired: 1)))
        let chip = try loader.chip()
        #expect(chip.serial == "0123456789ABCDEF" && chip.isSecured)
        #expect(chip.keyDigests == [keys[0]] && !chip.hasFreeKeys)
        let bought = OneTimeMemory(isSecured: false, keyDigests: [], isClosed: false)
        var open = try Loader(Cable(LoaderROM(number: 1, memory: bought)))
        #expect(try open.chip() == LoaderChip(number: 1, isSecured: false, keyDigests: [], hasFreeKeys: true))
    }

    /// Whatever is in flash when the power goes, the page that says that there is an image is not there before all of the rest
    /// is.
    @Test func `starts nothing after an update that was cut off anywhere, and takes the next one`() throws {
        let cable = Cable(rom())
        var loader = try Loader(cable)
        try loader.write([UInt8](repeating: 0xAA, count: image.count))
        let before = cable.transfers
        var cuts = 0
        for cut in 0..<before {
            let flash = cable.rom
            let torn = Cable(flash)
            torn.transfersLeft = cut
            do throws(LoaderError) {
                var loader = try Loader(torn)
                try loader.write(image)
            } catch {
                #expect(error == .usb(.gone))
                cuts += 1
            }
            let left = try #require(torn.rom.flash)
            let isOld = left == flash.flash
            let isWhole = left.starts(with: image)
            #expect(isOld || isWhole || left[256..<512].allSatisfy { $0 == 0xFF })
            torn.transfersLeft = nil
            if cut % 2 == 0 { torn.rom.restart() }
            var again = try Loader(torn)
            try again.write(image)
            #expect(torn.rom.flash?.starts(with: image) == true)
        }
        #expect(cuts == before)
    }

    @Test func `begins anew where another host has stopped`() throws {
        var rom = rom()
        // The data of a write are missing.
        let isTaken = rom.take(LoaderCommand.write(FlashRange(address: 0x1000_0000, count: 256)).message(token: 1))
        #expect(isTaken)
        var loader = try Loader(Cable(rom))
        try loader.write(image)
        // A command that is none has halted both pipes.
        rom.restart()
        let isNonsense = rom.take([1, 2, 3])
        #expect(!isNonsense)
        loader = try Loader(Cable(rom))
        try loader.write(image)
    }

    @Test func `says why it refuses`() throws {
        let cable = Cable(rom())
        var loader = try Loader(cable)
        let tooLong = [UInt8](repeating: 1, count: (2 << 20) + 4096)
        #expect(throws: LoaderError.refused(3, .address)) { try loader.write(tooLong) }
        // Whatever it refused, it can be left.
        loader.restart()
        #expect(cable.rom.isLeaving)
    }

    @Test func `finds what reads back otherwise`() throws {
        let cable = Cable(rom())
        var loader = try Loader(cable)
        cable.distort = { $0.count == 256 ? [$0[0] ^ 1] + $0.dropFirst() : $0 }
        #expect(throws: LoaderError.different(0x1000_4000)) { try loader.write(image) }
        cable.distort = { $0.count == 4096 ? Array($0.dropLast()) : $0 }
        #expect(throws: LoaderError.malformed(0x84)) { try loader.write(image) }
    }

    @Test func `that lies is refused, ten thousand times`() throws {
        var random = Seeded(state: 0x10AD)
        var refused = 0
        for _ in 0..<10_000 {
            let cable = Cable(rom())
            cable.distort = { bytes in
                guard Int.random(in: 0..<4, using: &random) == 0 else { return bytes }
                let count = Int.random(in: 0..<64, using: &random)
                return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
            do throws(LoaderError) {
                var loader = try Loader(cable)
                _ = try loader.chip()
            } catch { refused += 1 }
        }
        #expect(refused > 5000)
    }

    private func rom(retired: Int = 0) -> LoaderROM {
        LoaderROM(
            number: 0x0123_4567_89AB_CDEF, memory: OneTimeMemory(isSecured: true, keyDigests: keys, retired: retired))
    }
}
