import DetectLink
import Policy
import Testing

@testable import Mask

private func face(
    _ left: Int32, _ top: Int32, _ right: Int32, _ bottom: Int32, score: UInt16 = 65535
) -> PlaneFace {
    PlaneFace(left: 16 * left, top: 16 * top, right: 16 * right, bottom: 16 * bottom, score: score, landmarks: [])
}

@Suite struct `Regions` {
    private func found(
        _ faces: [PlaneFace], pass: Int, width: Int = 640, height: Int = 512, shape: SiteRule.Shape = .face
    ) throws -> [Region] {
        let passes = try planPasses(width: width, height: height, expectation: .expected)
        var answers = [[PlaneFace]](repeating: [], count: passes.count)
        answers[pass] = faces
        return try regions(from: answers, passes: passes, width: width, height: height, shape: shape)
    }

    @Test func `grow a box by two fifths on each side`() throws {
        #expect(try found([face(100, 100, 120, 150)], pass: 0) == [Region(x: 184, y: 160, width: 72, height: 180)])
    }

    @Test func `come back from every turn to the same pixels`() throws {
        // The same face, 20 x 50 at (100, 100) of 320 x 256, as each turned plane shows it.
        let expected = [Region(x: 184, y: 160, width: 72, height: 180)]
        #expect(try found([face(256 - 150, 100, 256 - 100, 120)], pass: 1) == expected)
        #expect(try found([face(200, 106, 220, 156)], pass: 2) == expected)
        #expect(try found([face(100, 200, 150, 220)], pass: 3) == expected)
    }

    @Test func `cover what the padded pass saw beyond the frame's edge`() throws {
        // The content of the padded pass begins at (69, 53); a box around that corner reaches into the picture.
        let regions = try found([face(40, 20, 100, 80)], pass: 4)
        #expect(regions.count == 1)
        #expect(regions[0].x == 0 && regions[0].y == 0)
        #expect(regions[0].width >= (100 - 69) * 640 / 277)
    }

    @Test func `count a weak score only where the frame cuts the face`() throws {
        // The content of the padded pass is 277 x 234 at (69, 58), so its lower edge is at 292.
        let inside = [face(150, 150, 190, 200, score: 4000)]
        #expect(try found(inside, pass: 4).isEmpty)
        #expect(try found([face(150, 150, 190, 200, score: 8519)], pass: 4).count == 1)
        let cut = try #require(try found([face(150, 240, 190, 300, score: 4000)], pass: 4).first)
        let sure = try #require(try found([face(150, 240, 190, 300)], pass: 4).first)
        #expect(cut == sure)
        #expect(cut.bottom == 512)
    }

    @Test func `leave out what lies wholly in the border`() throws {
        #expect(try found([face(0, 0, 20, 20)], pass: 4).isEmpty)
    }

    @Test func `never leave the picture`() throws {
        let picture = Region(x: 0, y: 0, width: 641, height: 479)
        for pass in 0..<5 {
            let passes = try planPasses(width: 641, height: 479, expectation: .expected)
            let plane = passes[pass].plane
            let all = face(0, 0, Int32(plane.width), Int32(plane.height))
            #expect(try found([all], pass: pass, width: 641, height: 479) == [picture])
        }
    }

    @Test func `join one face seen twice and keep two faces apart`() throws {
        let twice = try found([face(100, 100, 120, 150), face(102, 101, 123, 149)], pass: 0)
        #expect(twice.count == 1)
        let apart = try found([face(20, 100, 40, 130), face(200, 100, 220, 130)], pass: 0)
        #expect(apart.count == 2)
    }

    @Test func `hide every pixel of every box after joining`() {
        var state: UInt64 = 7
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return Int(state >> 33) % limit
        }
        for _ in 0..<200 {
            let boxes = (0..<random(12)).map { _ in
                Region(x: random(80), y: random(80), width: 1 + random(40), height: 1 + random(40))
            }
            let result = joined(boxes)
            #expect(boxes.allSatisfy { box in result.contains { $0.union(box) == $0 } })
        }
    }

    @Test func `are refused for another number of passes`() throws {
        let passes = try planPasses(width: 640, height: 480, expectation: .expected)
        #expect(throws: MaskError.answers(4)) {
            try regions(
                from: [[], [], [], []], passes: passes, width: 640, height: 480, shape: .face)
        }
    }
}
