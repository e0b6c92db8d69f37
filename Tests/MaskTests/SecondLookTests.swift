import DetectLink
import Testing

@testable import Mask

@Suite struct `The plan of a second look` {
    private func face(_ score: UInt16) -> PlaneFace {
        PlaneFace(left: 0, top: 0, right: 16, bottom: 16, score: score, landmarks: [])
    }

    @Test func `is upright, and what was sure of a face`() throws {
        let first = try planPasses(width: 1920, height: 1080, expectation: .expected)
        let sure = try planPasses(width: 1920, height: 1080, expectation: .impossible)[2].plane.threshold
        let passes = try planSecondLook(
            width: 960, height: 540, after: [[], [face(sure - 1)], [face(sure), face(7000)], [], [face(60000)]])
        #expect(passes.map(\.turn) == [.none, .half, .none])
        #expect(passes.map(\.content) == [0, 2, 4].map { first[$0].content })
        #expect(passes.allSatisfy { $0.plane.threshold == sure })
    }

    @Test func `is never empty`() throws {
        let passes = try planSecondLook(width: 640, height: 480, after: [[face(7000)], [], [], [], []])
        #expect(passes.map(\.turn) == [.none])
        #expect(passes[0].content.area == passes[0].plane.width * passes[0].plane.height)
    }

    @Test func `wants every pass's answer`() {
        #expect(throws: MaskError.answers(4)) {
            try planSecondLook(width: 640, height: 480, after: [[], [], [], []])
        }
    }
}
