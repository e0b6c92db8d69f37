import ForwardLink
import JOSE
import Testing

@testable import obscura_capture

private func report(_ fault: ForwardFault?) -> ForwardReport {
    var report = ForwardReport(since: 1_795_271_600)
    report.lastError = fault
    return report
}

@Suite struct `What a station says about delivery` {
    @Test func `is nothing to mend when it works`() {
        let sight = DeliverySight(report(nil))
        #expect(sight.refusal == nil)
        #expect(sight.object == ["last_error": .null, "since": .integer(1_795_271_600)])
    }

    @Test(arguments: ForwardFault.allCases) func `names each fault and how to mend it`(fault: ForwardFault) throws {
        let sight = DeliverySight(report(fault))
        let refusal = try #require(sight.refusal)
        #expect(refusal.line.hasPrefix("\(fault.rawValue): "))
        #expect(refusal.hint?.isEmpty == false)
        #expect(sight.object == ["last_error": .string(fault.rawValue), "since": .integer(1_795_271_600)])
    }

    @Test func `is that nobody knows when forward has said nothing`() {
        #expect(DeliverySight(nil).refusal?.line.hasPrefix("no-report: ") == true)
        #expect(DeliverySight(nil).object == ["last_error": .string("no-report"), "since": .integer(0)])
    }
}
