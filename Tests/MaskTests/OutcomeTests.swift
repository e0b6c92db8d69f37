import Policy
import Testing

@testable import Mask

private let region = Region(x: 1, y: 2, width: 3, height: 4)
private let added = Region(x: 50, y: 50, width: 10, height: 10)

private func seen(_ found: [Region] = [], lightness: Int = 40) -> SeenFaces {
    SeenFaces(found: found, lightness: lightness, width: 90, height: 60)
}

@Suite struct `A mask plan` {
    @Test(arguments: [FaceExpectation.expected, .possible, .unexpected])
    func `overwrites what was found and what was added`(expectation: FaceExpectation) throws {
        #expect(try planMask(expectation: expectation, seen([region])) == .overwrite([region]))
        #expect(try planMask(expectation: expectation, seen(), added: [added]) == .overwrite([added]))
        #expect(
            try planMask(expectation: expectation, seen([region]), added: [added]) == .overwrite([region, added]))
    }

    @Test(arguments: [FaceExpectation.expected, .possible, .unexpected])
    func `does not take finding nothing for nothing being there`(expectation: FaceExpectation) throws {
        #expect(throws: MaskRefusal.noFaceFound) { try planMask(expectation: expectation, seen()) }
        #expect(try planMask(expectation: expectation, seen(), confirmedFree: true) == .confirmedFree)
    }

    @Test func `hides what was found whatever a person says`() throws {
        #expect(
            try planMask(expectation: .possible, seen([region]), confirmedFree: true) == .overwrite([region]))
        #expect(throws: MaskRefusal.faceWhereNoneCanBe(region)) {
            try planMask(expectation: .impossible, seen([region]), confirmedFree: true)
        }
    }

    @Test func `refuses a face where none can be, and hides what a person adds there`() throws {
        #expect(throws: MaskRefusal.faceWhereNoneCanBe(region)) {
            try planMask(expectation: .impossible, seen([region]))
        }
        #expect(try planMask(expectation: .impossible, seen(lightness: 3)) == .nothingToHide)
        #expect(try planMask(expectation: .impossible, seen(), added: [added]) == .overwrite([added]))
    }

    @Test(arguments: [FaceExpectation.expected, .possible, .unexpected])
    func `refuses the dark whatever was found or said`(expectation: FaceExpectation) {
        for (found, said) in [([region], false), ([], true), ([], false)] {
            #expect(throws: MaskRefusal.tooDark(lightness: 14)) {
                try planMask(expectation: expectation, seen(found, lightness: 14), confirmedFree: said)
            }
        }
    }

    @Test func `refuses to hide the middle of a site that has no face`() throws {
        let middle = Region(x: 30, y: 20, width: 30, height: 11)
        #expect(throws: MaskRefusal.coversSite) { try planMask(expectation: .unexpected, seen([middle])) }
        #expect(try planMask(expectation: .possible, seen([middle])) == .overwrite([middle]))
        let lessThanHalf = Region(x: 30, y: 20, width: 30, height: 10)
        #expect(try planMask(expectation: .unexpected, seen([lessThanHalf])) == .overwrite([lessThanHalf]))
        #expect(try planMask(expectation: .unexpected, seen(), added: [middle]) == .overwrite([middle]))
    }

    @Test func `knows who is to decide when nobody can say what is seen`() {
        for refusal in [MaskRefusal.tooDark(lightness: 0), .noFaceFound, .faceRemains] { #expect(refusal.isUndecided) }
        for refusal in [MaskRefusal.coversSite, .faceWhereNoneCanBe(region)] { #expect(!refusal.isUndecided) }
    }

    @Test func `asks the instrument first and the site then`() {
        for site in SiteRule.Face.allCases {
            #expect(FaceExpectation(camera: .impossible, site: site) == .impossible)
        }
        #expect(FaceExpectation(camera: .possible, site: .expected) == .expected)
        #expect(FaceExpectation(camera: .expected, site: .unexpected) == .unexpected)
        #expect(FaceExpectation(camera: .expected, site: .possible) == .expected)
        #expect(FaceExpectation(camera: .possible, site: .possible) == .possible)
    }
}

@Suite struct `A cover` {
    @Test(arguments: [(0, 0, 0, 1), (0, 0, 1, 0), (1, 0, 1000, 1), (0, 999, 1, 2), (-1, 0, 1, 1), (0, 0, 1, 1001)])
    func `is refused outside the picture or empty`(x: Int, y: Int, width: Int, height: Int) {
        #expect(TechnicianWord.Cover(x: x, y: y, width: width, height: height) == nil)
    }

    @Test func `is rounded outwards`() throws {
        let cover = try #require(TechnicianWord.Cover(x: 1, y: 333, width: 1, height: 334))
        #expect(cover.region(width: 640, height: 480) == Region(x: 0, y: 159, width: 2, height: 162))
        let whole = try #require(TechnicianWord.Cover(x: 0, y: 0, width: 1000, height: 1000))
        #expect(whole.region(width: 641, height: 479) == Region(x: 0, y: 0, width: 641, height: 479))
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
