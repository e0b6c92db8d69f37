import ForeignPictures
import JPEG
import PixelLoops
import Testing

@Suite struct `Random masks on random JPEGs` {
    @Test(arguments: Kind.allCases) func `of every kind are proved by a decoder of our own`(_ kind: Kind) throws {
        var random = Numbers(state: 41)
        var pictures = 0
        while pictures < 100 {
            let one = RandomPicture(&random)
            let rectangles = one.mask(&random)
            guard one.kind == kind else { continue }
            pictures += 1
            let result = try masked(one.file, rectangles)
            let before = try #require(CoefficientReader(one.file), "\(one.description)")
            let after = try #require(CoefficientReader(result), "\(one.description)")
            #expect(after.faults(against: before, rectangles) == [], "\(one.description) \(rectangles)")
            #expect(after.blocks.map(\.count) == before.blocks.map(\.count))
            #expect(after.markers.allSatisfy { [0xDB, 0xC0, 0xC4, 0xDD].contains($0) }, "\(one.description)")
            let header = try JPEGHeader(parsing: result.span)
            #expect(header.count == result.count && header.metadata == nil)
            try verifyMask(original: one.file.span, masked: result.span, rectangles)
            // libjpeg reads it again without so much as a warning, and all that it shows outside is what it showed before.
            try expectPixels(of: one, after: result, rectangles)
        }
    }

    /// What all scales show is what they showed before, grey under the mask.
    private func expectPixels(of one: RandomPicture, after result: [UInt8], _ rectangles: [PixelRectangle]) throws {
        let header = try JPEGHeader(parsing: one.file.span)
        let areas = rectangles.compactMap(header.covered)
        var wrong = 0
        for scale in JPEGScale.allCases {
            let (before, after) = (try decoded(one.file, at: scale), try decoded(result, at: scale))
            let width = header.size(at: scale).width
            for place in stride(from: 0, to: before.count, by: 3) {
                let (x, y) = (place / 3 % width * scale.rawValue, place / 3 / width * scale.rawValue)
                let inside = areas.contains { x >= $0.x && x < $0.right && y >= $0.y && y < $0.bottom }
                let expected = inside ? [128, 128, 128] : before[place..<place + 3]
                if after[place..<place + 3] != expected { wrong += 1 }
            }
            for channels in [JPEGChannels.luma, .rgb] {
                var covered = try decoded(one.file, at: scale, as: channels)
                var pixels = covered.mutableSpan
                try header.cover(rectangles, in: &pixels, at: scale, as: channels)
                if try covered != decoded(result, at: scale, as: channels) { wrong += 1 }
            }
        }
        #expect(wrong == 0, "\(one.description) \(rectangles)")
    }

    @Test func `refuse vertical and fourfold chroma by name`() {
        for factors in [[(1, 2), (1, 1), (1, 1)], [(4, 1), (1, 1), (1, 1)], [(2, 2), (1, 1), (2, 1)]] {
            var random = Numbers(state: 5)
            for _ in 0..<10 {
                let file = CoefficientPicture(
                    1 + random.next(90), 1 + random.next(90), factors.map { (across: $0.0, down: $0.1) }
                ).file()
                #expect(throws: JPEGError.sampling) { try masked(file, [rectangle(0, 0, 1, 1)]) }
            }
        }
    }
}

@Suite struct `Spoilt JPEGs` {
    /// Whether masking took the file; what it took is empty where it has to be, and what it refused left nothing.
    private func taken(_ file: [UInt8], _ rectangles: [PixelRectangle]) throws -> Bool {
        var output = [UInt8](repeating: 0xA5, count: 1 << 18)
        var span = output.mutableSpan
        let count: Int
        do { count = try maskJPEG(file.span, rectangles, into: &span) } catch {
            // Refused before the coder ran, or wiped by it.
            #expect(output.allSatisfy { $0 == 0xA5 } || output.allSatisfy { $0 == 0 }, "\(error)")
            return false
        }
        let result = Array(output[..<count])
        try verifyMask(original: file.span, masked: result.span, rectangles)
        let after = try #require(CoefficientReader(result))
        #expect(after.isEmpty(in: rectangles))
        if let before = CoefficientReader(file) { #expect(after.faults(against: before, rectangles) == []) }
        _ = try decoded(result)
        return true
    }

    @Test(arguments: 0..<8) func `are refused when they are cut anywhere`(_ seed: Int) throws {
        var random = Numbers(state: UInt64(900 + seed))
        let one = RandomPicture(&random)
        let rectangles = one.mask(&random)
        #expect(try taken(one.file, rectangles))
        // The last bytes may be a driver's zeros.
        let whole = try JPEGHeader(parsing: one.file.span).count
        for count in 0..<40 { #expect(try !taken(Array(one.file.prefix(whole * count / 40)), rectangles)) }
        // An end put behind the cut makes it look whole.
        for count in 1..<40 {
            let cut = Array(one.file.prefix(whole * count / 40))
            _ = try taken(cut + [0xFF, 0xD9], rectangles)
        }
    }

    @Test(arguments: 0..<8) func `never pass with something left under the mask`(_ seed: Int) throws {
        var random = Numbers(state: UInt64(7000 + seed))
        var mangler = Mangler(seed: UInt64(seed))
        var passed = 0
        for _ in 0..<10 {
            let one = RandomPicture(&random)
            let rectangles = one.mask(&random)
            for _ in 0..<40 where try taken(mangler.mangled(one.file), rectangles) { passed += 1 }
        }
        // Some changes hurt nothing: a bit of a coefficient, a comment.
        #expect(passed > 0 && passed < 400)
    }

    @Test(arguments: 0..<8) func `are no proof of a mask`(_ seed: Int) throws {
        var random = Numbers(state: UInt64(31_000 + seed))
        var mangler = Mangler(seed: UInt64(seed))
        var refused = 0
        for _ in 0..<10 {
            let one = RandomPicture(&random)
            let rectangles = one.mask(&random)
            let result = try masked(one.file, rectangles)
            let before = try #require(CoefficientReader(one.file))
            for _ in 0..<40 {
                let spoilt = mangler.mangled(result)
                do { try verifyMask(original: one.file.span, masked: spoilt.span, rectangles) } catch {
                    refused += 1
                    continue
                }
                let after = try #require(CoefficientReader(spoilt), "the proof took what cannot be read")
                #expect(after.faults(against: before, rectangles) == [])
            }
        }
        #expect(refused > 0)
    }
}
