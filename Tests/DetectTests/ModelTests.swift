import DetectLink
import FaceNet
import Mask
import Testing

@Suite struct `The detector's model` {
    @Test func `is in every record the one that the worker insists on`() {
        let digits = Array("0123456789abcdef")
        let hex = FaceNet.modelDigest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        #expect(String(hex) == DetectorModel.sha256)
    }

    @Test func `is told with the scores and the margin that the search uses`() throws {
        #expect(SearchFacts.smallestScore(.expected) < SearchFacts.smallestScore(.impossible))
        for (expectation, name) in [(FaceExpectation.expected, "expected"), (.impossible, "impossible")] {
            let passes = try planPasses(width: 640, height: 480, expectation: expectation)
            let smallest = SearchFacts.smallestScore(expectation)
            #expect(passes.contains { SearchFacts.thousandths($0.plane.threshold) == smallest }, "\(name)")
            #expect(passes.allSatisfy { SearchFacts.thousandths($0.plane.threshold) >= smallest }, "\(name)")
        }
        #expect(SearchFacts.thousandths(22937) == 350)
        #expect(SearchFacts.text(35) == "0.035" && SearchFacts.text(1000) == "1.000")
        #expect(SearchFacts.margin == 40)
    }
}
