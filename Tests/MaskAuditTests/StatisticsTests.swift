@testable import MaskAudit
import Testing

private func near(_ one: Double, _ other: Double, _ tolerance: Double) -> Bool { (one - other).magnitude < tolerance }

@Suite struct `A share` {
    // 268 of 268 and 265 of 268: what a face set of this size can show.
    @Test(arguments: [
        (268, 268, 0.9859, 1.0), (265, 268, 0.9676, 0.9962), (0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634),
        (1, 1, 0.2065, 1.0),
    ])
    func `has Wilson's interval`(_ hits: Int, _ count: Int, _ lower: Double, _ upper: Double) {
        let interval = Share(hits: hits, of: count).wilson
        #expect(near(interval.lower, lower, 0.0001))
        #expect(near(interval.upper, upper, 0.0001))
    }

    @Test func `of nothing may be anything`() {
        #expect(Share().value == nil)
        #expect(Share().wilson == Interval(lower: 0, upper: 1))
        #expect(percent(Share().value) == "-")
    }

    @Test func `is never told as more than it is`() {
        #expect(percent(0.9996) == "99.9 %")
        #expect(percent(1.0) == "100.0 %")
        #expect(percent(0.3) == "30.0 %")
        #expect(points(-0.0125) == "-1.3 pp")
        #expect(points(0.0001) == "0.0 pp")
    }
}

@Suite struct `Paired answers` {
    private func pairs(_ both: Int, _ first: Int, _ second: Int, _ neither: Int) -> Pairs {
        var pairs = Pairs()
        for _ in 0..<both { pairs.add(first: true, second: true) }
        for _ in 0..<first { pairs.add(first: true, second: false) }
        for _ in 0..<second { pairs.add(first: false, second: true) }
        for _ in 0..<neither { pairs.add(first: false, second: false) }
        return pairs
    }

    @Test func `differ by those that changed`() {
        let some = pairs(80, 15, 5, 0)
        #expect(some.count == 100)
        #expect(some.difference == 0.10)
        // (16 - 6) / 102 -+ 1.96 sqrt((16/102 + 6/102 - (10/102)^2) / 102)
        #expect(near(some.interval.lower, 0.0099, 0.0001))
        #expect(near(some.interval.upper, 0.1861, 0.0001))
    }

    @Test func `that all agree still have an interval`() {
        let same = pairs(100, 0, 0, 0)
        #expect(same.difference == 0)
        #expect(near(same.interval.upper, 0.0272, 0.0001))
        #expect(near(same.interval.lower, -0.0272, 0.0001))
    }

    @Test func `of nothing differ by nothing that is known`() {
        #expect(Pairs().difference == nil)
        #expect(Pairs().interval == Interval(lower: -1, upper: 1))
    }
}

@Suite struct `A box` {
    private let face = Box(left: 10, top: 10, right: 30, bottom: 20)

    @Test func `counts what is covered twice once`() {
        let mask = [Box(left: 0, top: 0, right: 20, bottom: 20), Box(left: 15, top: 10, right: 25, bottom: 40)]
        #expect(face.covered(by: mask) == 150)
        #expect(face.covered(by: []) == 0)
        #expect(face.covered(by: [Box(left: 30, top: 10, right: 40, bottom: 20)]) == 0)
    }

    @Test func `is hidden from nine tenths on`() {
        #expect(face.isHidden(by: [Box(left: 10, top: 10, right: 28, bottom: 20)]))
        #expect(
            !face.isHidden(by: [
                Box(left: 11, top: 11, right: 30, bottom: 20), Box(left: 10, top: 10, right: 11, bottom: 18),
            ]))
    }
}
