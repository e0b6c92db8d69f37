import Testing

@testable import Mask

@Suite struct `A mask plan` {
    private let region = Region(x: 1, y: 2, width: 3, height: 4)

    @Test func `overwrites what was found`() throws {
        #expect(try planMask(expectation: .expected, found: [region], lightness: 40) == .overwrite([region]))
        #expect(try planMask(expectation: .possible, found: [region], lightness: 40) == .overwrite([region]))
    }

    @Test func `does not take finding nothing for nothing being there`() throws {
        #expect(throws: MaskRefusal.noFaceFound) { try planMask(expectation: .expected, found: [], lightness: 40) }
        #expect(try planMask(expectation: .possible, found: [], lightness: 40) == .undecided)
    }

    @Test func `refuses a face where none can be`() throws {
        #expect(throws: MaskRefusal.faceWhereNoneCanBe(region)) {
            try planMask(expectation: .impossible, found: [region], lightness: 40)
        }
        #expect(try planMask(expectation: .impossible, found: [], lightness: 3) == .nothingToHide)
    }

    @Test func `refuses the dark even where something was found`() {
        #expect(throws: MaskRefusal.tooDark(lightness: 14)) {
            try planMask(expectation: .expected, found: [region], lightness: 14)
        }
        #expect(throws: MaskRefusal.tooDark(lightness: 14)) {
            try planMask(expectation: .possible, found: [], lightness: 14)
        }
    }
}

@Suite struct `Lightness` {
    /// sRGB grey and its L*, by CIE 15 and IEC 61966-2-1.
    @Test(arguments: [(0, 0), (8, 2), (38, 14), (40, 15), (64, 26), (119, 50), (188, 76), (255, 100)])
    func `is L star of the grey`(grey: UInt8, expected: Int) {
        let picture = [UInt8](repeating: grey, count: 3 * 16)
        let zone = Region(x: 0, y: 0, width: 4, height: 4)
        let lightness = medianLightness(of: picture.span, width: 4, height: 4, in: zone)
        #expect(abs(lightness - expected) <= 1)
    }

    @Test func `is the zone's, not the window's behind it`() {
        var picture = [UInt8](repeating: 250, count: 3 * 64)
        for y in 2..<6 { for x in 2..<6 { for c in 0..<3 { picture[3 * (8 * y + x) + c] = 10 } } }
        let zone = Region(x: 2, y: 2, width: 4, height: 4)
        #expect(medianLightness(of: picture.span, width: 8, height: 8, in: zone) < darkestLightness)
    }
}
