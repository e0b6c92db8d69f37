/// `98.6 %`, rounded down, so that what is not all is never 100.0 %; `-` of nothing.
package func percent(_ share: Double?) -> String {
    guard let share else { return "-" }
    // The least bit more: three tenths times a thousand are not quite 300.
    return tenths(Int((share * 1000 + 1e-9).rounded(.down))) + " %"
}

/// `98.6-100.0 %`; `-` of nothing.
package func percent(_ interval: Interval, of share: Share) -> String {
    guard share.count > 0 else { return "-" }
    return String(percent(interval.lower).dropLast(2)) + "-" + percent(interval.upper)
}

/// A difference of shares in percentage points, with its sign.
package func points(_ difference: Double?) -> String {
    guard let difference else { return "-" }
    let value = Int((difference * 1000).rounded())
    return (value > 0 ? "+" : value < 0 ? "-" : "") + tenths(abs(value)) + " pp"
}

private func tenths(_ value: Int) -> String { "\(value / 10).\(value % 10)" }

/// The summary for standard output, one line each.
extension Audit {
    package var summary: [String] {
        var lines = [
            "pictures \(pictures), faces \(faces.count), people \(people.map(String.init) ?? "unknown")",
            "hidden \(words(all.hidden)); refused as too dark \(all.refused.hits); visible \(all.visible.hits)",
        ]
        lines += tones.filter { $0.group.hidden.count > 0 }.map { "tone \($0.name): \(words($0.group.hidden))" }
        lines += lights.filter { $0.group.hidden.count > 0 }.map { "light \($0.name): \(words($0.group.hidden))" }
        lines += exposures.map { "exposure \($0.name): \(words($0.group.hidden))" }
        lines += hairs.filter { $0.group.hidden.count > 0 }.map { "hair \($0.name): \(words($0.group.hidden))" }
        lines += shifts.map { shift in
            let pair = "difference \(points(shift.pairs.difference))"
            return "shifted to L* \(shift.lightness)\(shift.isDimmed ? ", dimmed" : ""): \(words(shift.group.hidden)), "
                + "\(pair), refused \(shift.group.refused.hits)"
        }
        if falseAlarms.count > 0 {
            lines.append(
                "without a face \(falseAlarms.count): something masked in \(falseAlarms.hits), \(percent(falseArea)) of the area"
            )
        }
        let shown = cells.count { $0.isShown }
        lines.append("cells of tone and light shown: \(shown) of \(cells.count)")
        return lines
    }

    private func words(_ share: Share) -> String {
        "\(share.hits)/\(share.count) = \(percent(share.value)) (\(percent(share.wilson, of: share)))"
    }
}
