import DetectLink
import Policy
import Testing

@testable import Mask

/// A face of 60 x 80 at (100, 100): eyes at 128, nose at 142, mouth at 158, so the brow's line is at 118.
private func upright(score: UInt16 = 60000, eyes: (Int32, Int32) = (128, 128)) -> PlaneFace {
    let points: [(Int32, Int32)] = [(116, eyes.0), (144, eyes.1), (130, 142), (118, 158), (142, 158)]
    return PlaneFace(
        left: 1600, top: 1600, right: 2560, bottom: 2880, score: score,
        landmarks: points.map { PlanePoint(x: 16 * $0.0, y: 16 * $0.1) })
}

private func plain(_ left: Int32, _ top: Int32, _ right: Int32, _ bottom: Int32, score: UInt16 = 10000) -> PlaneFace {
    PlaneFace(
        left: 16 * left, top: 16 * top, right: 16 * right, bottom: 16 * bottom, score: score,
        landmarks: [PlanePoint](repeating: PlanePoint(x: 0, y: 0), count: 5))
}

@Suite struct `Below the brow` {
    private let line = 118

    /// At the size of the upright plane, so that its pixels are the picture's.
    private func found(_ faces: [(pass: Int, PlaneFace)], shape: SiteRule.Shape = .belowBrow) throws -> [Region] {
        let passes = try planPasses(width: 320, height: 256, expectation: .expected)
        var answers = [[PlaneFace]](repeating: [], count: passes.count)
        for (pass, face) in faces { answers[pass].append(face) }
        return try regions(from: answers, passes: passes, width: 320, height: 256, shape: shape)
    }

    @Test func `the mask begins above the brows and keeps what it had at the sides and below`() throws {
        let whole = try found([(0, upright())], shape: .face)
        let cut = try found([(0, upright())])
        #expect(cut == [Region(x: whole[0].x, y: line, width: whole[0].width, height: whole[0].bottom - line)])
    }

    @Test(arguments: [(128, 142), (142, 128), (170, 170), (105, 105)] as [(Int32, Int32)])
    func `landmarks that are no upright face's hide the whole face`(eyes: (Int32, Int32)) throws {
        let doubtful = upright(eyes: eyes)
        #expect(browLine(doubtful) == nil)
        #expect(try found([(0, doubtful)]) == found([(0, doubtful)], shape: .face))
    }

    @Test func `a mirrored or reversed face has no brow`() {
        var face = upright()
        face.landmarks.swapAt(0, 1)
        #expect(browLine(face) == nil)
        face.landmarks = []
        #expect(browLine(face) == nil)
    }

    @Test func `an unsure face is hidden whole`() throws {
        let unsure = upright(score: 32000)
        #expect(try found([(0, unsure)]) == found([(0, unsure)], shape: .face))
    }

    @Test func `what other passes see of the same face ends at its brow`() throws {
        // The second pass turns the picture by a quarter: x there is height - y here.
        let regions = try found([(0, upright()), (0, plain(104, 84, 156, 150)), (1, plain(80, 100, 160, 160))])
        #expect(regions.count == 1)
        #expect(regions[0].y == line)
    }

    @Test func `a turned pass that is surer of an upright face hides all`() throws {
        // In the third pass the picture stands on its head: the face at (100, 100) is at (160, 76) there.
        var turned = upright(score: 62000)
        turned.left += 60 * 16
        turned.right += 60 * 16
        turned.top -= 24 * 16
        turned.bottom -= 24 * 16
        turned.landmarks = turned.landmarks.map { PlanePoint(x: $0.x + 60 * 16, y: $0.y - 24 * 16) }
        let regions = try found([(0, upright()), (2, turned)])
        #expect(try regions == found([(0, upright()), (2, turned)], shape: .face))
        // The same box without a face that is upright there is how the network sees any face.
        turned.landmarks = plain(0, 0, 1, 1).landmarks
        #expect(try found([(0, upright()), (2, turned)]).map(\.y) == [line])
    }

    @Test func `what an unsure turned pass sees in a face's margin ends at its brow`() throws {
        // The ear at the face's right: x 150 to 180, y 108 to 138, seen turned by a quarter.
        let ear = plain(256 - 138, 150, 256 - 108, 180, score: 20000)
        #expect(try found([(0, upright()), (1, ear)]).allSatisfy { $0.y >= line })
        var sure = ear
        sure.score = 40000
        #expect(try found([(0, upright()), (1, sure)]).contains { $0.y < line })
    }

    @Test func `another face stays whole`() throws {
        let other = plain(230, 100, 270, 150)
        let regions = try found([(0, upright()), (0, other)])
        #expect(try regions.contains(found([(0, other)], shape: .face)[0]))
        #expect(regions.contains { $0.y == line })
    }

    @Test func `a box that two faces claim stays whole`() throws {
        var lower = upright(score: 50000)
        lower.top += 100 * 16
        lower.bottom += 70 * 16
        lower.landmarks = lower.landmarks.map { PlanePoint(x: $0.x, y: $0.y + 90 * 16) }
        let both = plain(95, 95, 165, 250)
        let regions = try found([(0, upright()), (0, lower), (0, both)])
        #expect(try regions.contains(found([(0, both)], shape: .face)[0]))
    }
}
