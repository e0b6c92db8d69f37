import BundleFormat

/// RFC 3339 in UTC, as in `2026-11-20T09:30:00Z`.
func timeText(_ seconds: Int64) -> String {
    let day = Day(secondsSince1970: UInt64(max(0, seconds)))
    let rest = max(0, seconds) % 86_400
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(day)T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
}
