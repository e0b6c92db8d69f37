import ForwardLink
import Testing

private func parsed(_ text: String) -> ForwardReport? { try? ForwardReport(parsing: Array(text.utf8)) }

@Suite struct `Forward's report` {
    @Test func `says what was written`() throws {
        var report = ForwardReport(since: 1_795_271_600)
        #expect(String(decoding: report.json, as: UTF8.self).contains(#""last_error":"none""#))
        for fault in [nil] + ForwardFault.allCases {
            (report.lastError, report.queued, report.sent) = (fault, 3, 12)
            #expect(try ForwardReport(parsing: report.json) == report)
        }
    }

    @Test(
        arguments: [
            #"{"queued":0,"sent":0,"last_error":"all is well","since":1}"#,
            #"{"queued":0,"sent":0,"last_error":"","since":1}"#,
            #"{"queued":0,"sent":0,"last_error":null,"since":1}"#,
            #"{"queued":-1,"sent":0,"last_error":"none","since":1}"#,
            #"{"queued":0,"sent":-1,"last_error":"none","since":1}"#,
            #"{"queued":0,"sent":0,"last_error":"none","since":-1}"#,
            #"{"queued":0,"sent":0,"last_error":"none","since":253402300800}"#,
            #"{"queued":0,"sent":0,"last_error":"none"}"#,
            #"{"queued":0,"sent":0,"last_error":"none","since":1,"more":1}"#,
            #"[]"#, "", "none",
        ])
    func `is refused when it is anything else`(text: String) { #expect(parsed(text) == nil) }

    @Test func `is refused beyond its bound`() {
        let text = #"{"queued":0,"sent":0,"last_error":"none","since":1}"#
        #expect(parsed(text + String(repeating: " ", count: ForwardReport.bound - text.utf8.count)) != nil)
        #expect(parsed(text + String(repeating: " ", count: ForwardReport.bound)) == nil)
    }
}
