import ForeignPictures
import JPEG
import PixelLoops
import Testing

@Suite struct `A JPEG header` {
    let file = CoefficientPicture(45, 37, Kind.s420.factors).file()
    /// The place of the frame header's marker code: SOI, a quantisation table of 69 bytes, 0xFF.
    let frame = 2 + 69 + 1

    private func refusal(_ bytes: [UInt8]) -> JPEGError? {
        do throws(JPEGError) {
            _ = try JPEGHeader(parsing: bytes.span)
            return nil
        } catch { return error }
    }

    private func changed(_ place: Int, _ value: UInt8) -> [UInt8] {
        var copy = file
        copy[place] = value
        return copy
    }

    @Test(arguments: Kind.allCases) func `tells size, sampling and colour`(_ kind: Kind) throws {
        let bytes = CoefficientPicture(300, 37, kind.factors).file() + [0, 0, 0]
        let header = try JPEGHeader(parsing: bytes.span)
        #expect(header.width == 300 && header.height == 37 && header.count == bytes.count - 3)
        let expected: (JPEGHeader.Sampling, JPEGHeader.Colour) =
            switch kind {
            case .grey, .greyOfFour: (.grey, .grey)
            case .s444: (.s444, .yCbCr)
            case .s422, .s422OfFour: (.s422, .yCbCr)
            case .s420: (.s420, .yCbCr)
            }
        #expect((header.sampling, header.colour) == expected)
    }

    @Test func `refuses other processes by name`() {
        #expect(refusal(changed(frame, 0xC1)) == nil)
        #expect(refusal(changed(frame, 0xC2)) == .progressive)
        #expect(refusal(changed(frame, 0xC3)) == .process(0xC3))
        #expect(refusal(changed(frame, 0xC5)) == .process(0xC5))
        #expect(refusal(changed(frame, 0xC9)) == .arithmetic)
        #expect(refusal(changed(frame, 0xCA)) == .arithmetic)
        #expect(refusal(changed(frame + 3, 12)) == .precision(12))
        #expect(refusal(changed(frame + 8, 4)) == .components(4))
        #expect(refusal(changed(frame + 4, 0x50)) == .dimensions(width: 45, height: 0x5025))
        #expect(refusal(changed(frame + 7, 0)) == .dimensions(width: 0, height: 37))
        #expect(refusal(changed(frame + 10, 0x12)) == .sampling)
        #expect(refusal(changed(frame + 10, 0x02)) == .sampling)
        #expect(refusal(changed(6, 0x10)) == .quantisation)
    }

    @Test func `refuses what is no picture`() {
        #expect(refusal([]) == .size(0))
        #expect(refusal(changed(0, 0)) == .notJPEG)
        #expect(refusal([0xFF, 0xD8]) == .truncated)
        #expect(refusal([0xFF, 0xD8, 0xFF, 0xD9, 0, 0]) == .marker(0xD9, at: 2))
    }

    @Test func `refuses a picture cut short anywhere`() {
        for count in 2..<file.count { #expect(refusal(Array(file[..<count])) == .truncated) }
    }

    @Test func `refuses several scans`() {
        let tail = Array(file[(frame + 18)...])
        #expect(refusal(Array(file.dropLast(2)) + tail) == .severalScans)
    }
}

@Suite struct `Decoding a JPEG` {
    @Test func `refuses what libjpeg would repair`() throws {
        var picture = CoefficientPicture(64, 64, Kind.s422.factors)
        picture.restart = 2
        var file = picture.file()
        let second = try #require(file.indices.dropLast().last { file[$0] == 0xFF && file[$0 + 1] == 0xD2 })
        file[second + 1] = 0xD5
        #expect(throws: JPEGError.self) { try decoded(file) }
        #expect(throws: JPEGError.self) { try masked(file, []) }
        // The scan ends early but EOI is there.
        let short = Array(picture.file()[..<(second - 4)]) + [0xFF, 0xD9]
        #expect(throws: JPEGError.self) { try decoded(short) }
        #expect(throws: JPEGError.self) { try masked(short, []) }
    }

    @Test(arguments: JPEGScale.allCases) func `gives mid-grey at every scale`(_ scale: JPEGScale) throws {
        let all = rectangle(0, 0, 45, 37)
        let file = CoefficientPicture(45, 37, Kind.s420.factors).emptied([all]).file()
        let header = try JPEGHeader(parsing: file.span)
        let size = header.size(at: scale)
        #expect(size.width == (45 + scale.rawValue - 1) / scale.rawValue)
        for channels in [JPEGChannels.luma, .rgb] {
            let pixels = try decoded(file, at: scale, as: channels)
            #expect(pixels == [UInt8](repeating: 128, count: size.width * size.height * channels.rawValue))
        }
        var wrong = [UInt8](repeating: 0, count: 5)
        var span = wrong.mutableSpan
        #expect(throws: JPEGError.outputSize(header.decodedCount(at: scale, .rgb))) {
            try decodeJPEG(file.span, at: scale, as: .rgb, into: &span)
        }
    }

    @Test(arguments: Kind.allCases) func `survives hostile bytes`(kind: Kind) throws {
        let jpeg = try #require(ForeignParser.pictures.first { $0.name == "jpeg" })
        var mangler = Mangler(seed: 7)
        let file = CoefficientPicture(40, 24, kind.factors).file()
        #expect(jpeg.takes(file))
        var taken = 0
        for _ in 0..<300 where jpeg.takes(mangler.mangled(file)) { taken += 1 }
        #expect(taken > 0)
    }
}
