import Evdev

extension ForeignParser {
    /// What devices send.
    static let devices = [
        ForeignParser("input-events") { bytes in
            var reports = KeyReports()
            let edges = reports.read(bytes)
            precondition(edges.count + reports.losses <= bytes.count / KeyReports.eventBytes, "more than was sent")
            precondition(edges.allSatisfy { $0.at >= 0 }, "a time before the clock began")
            return !edges.isEmpty
        }
    ]
}
