/// Drawings in SVG: shapes and dashes tell what colours tell, for print and for eyes that see colours otherwise.
enum Plot {
    private static let left = 130
    private static let width = 720
    private static let plotWidth = 400
    private static let rowHeight = 28

    /// Recall of each row with its interval; rows of nothing stay empty.
    static func recall(_ rows: [Audit.Row], title: String) -> String {
        let known = rows.filter { $0.group.hidden.count > 0 }
        let floor = axisFloor(known.map(\.group.hidden.wilson.lower))
        let height = rows.count * rowHeight + 44
        var body = axis(from: floor, height: height)
        for (index, row) in rows.enumerated() {
            let y = index * rowHeight + 24
            body += text(left - 12, y + 4, row.name, anchor: "end")
            let share = row.group.hidden
            guard let value = share.value else {
                body += text(left + plotWidth + 16, y + 4, "no faces", class: "soft")
                continue
            }
            body += line(x(share.wilson.lower, floor), y, x(share.wilson.upper, floor), y, "range")
            body += "<circle class=\"dot\" cx=\"\(x(value, floor))\" cy=\"\(y)\" r=\"5\"/>"
            body += text(left + plotWidth + 16, y + 4, "\(percent(value)) of \(share.count)")
        }
        return svg(title, known.map { "\($0.name): \(percent($0.group.hidden.value))" }, height, body)
    }

    /// Of each row's faces: hidden, refused as too dark, and neither.
    static func fate(_ rows: [Audit.Row], title: String) -> String {
        let height = rows.count * rowHeight + 44
        var body = axis(from: 0, height: height)
        for (index, row) in rows.enumerated() {
            let (y, count) = (index * rowHeight + 24, row.group.hidden.count)
            body += text(left - 12, y + 4, row.name, anchor: "end")
            guard count > 0 else {
                body += text(left + plotWidth + 16, y + 4, "no faces", class: "soft")
                continue
            }
            let (refused, visible) = (row.group.refused.hits, row.group.visible.hits)
            var start = 0
            for (part, name) in [(count - refused - visible, "kept"), (refused, "refused"), (visible, "leak")]
            where part > 0 {
                let (from, to) = (x(Double(start) / Double(count), 0), x(Double(start + part) / Double(count), 0))
                body +=
                    "<rect class=\"\(name)\" x=\"\(from)\" y=\"\(y - 8)\" width=\"\(max(1, to - from))\" height=\"16\"/>"
                start += part
            }
            body += text(left + plotWidth + 16, y + 4, "\(refused) refused, \(visible) visible")
        }
        let words = rows.map { "\($0.name): \($0.group.refused.hits) of \($0.group.hidden.count) refused" }
        return svg(title, words, height, body)
    }

    /// Recall over the shifted tones, in full and in dim light.
    static func shifts(_ shifts: [Audit.Shift], title: String) -> String {
        let floor = axisFloor(shifts.map(\.group.hidden.wilson.lower))
        let (top, bottom) = (20, 240)
        func y(_ share: Double) -> Int { bottom - Int((share - floor) / (1 - floor) * Double(bottom - top)) }
        var body = ""
        for step in 0...4 {
            let share = floor + (1 - floor) * Double(step) / 4
            body += line(70, y(share), 640, y(share), "grid") + text(60, y(share) + 4, percent(share), anchor: "end")
        }
        for (isDimmed, name, offset) in [(false, "full", -6), (true, "dimmed", 6)] {
            var path = ""
            for (index, shift) in shifts.filter({ $0.isDimmed == isDimmed }).enumerated() {
                let (at, share) = (120 + 115 * index + offset, shift.group.hidden)
                guard let value = share.value else { continue }
                body += line(at, y(share.wilson.lower), at, y(share.wilson.upper), "range \(name)")
                body +=
                    isDimmed
                    ? "<rect class=\"hollow\" x=\"\(at - 5)\" y=\"\(y(value) - 5)\" width=\"10\" height=\"10\"/>"
                    : "<circle class=\"dot\" cx=\"\(at)\" cy=\"\(y(value))\" r=\"5\"/>"
                path += "\(path.isEmpty ? "M" : "L")\(at) \(y(value))"
                if !isDimmed { body += text(at + 6, bottom + 24, "L* \(shift.lightness)", anchor: "middle") }
            }
            body = "<path class=\"series \(name)\" d=\"\(path)\"/>" + body
        }
        let words = shifts.map {
            "L* \($0.lightness)\($0.isDimmed ? " dimmed" : ""): \(percent($0.group.hidden.value))"
        }
        return svg(title, words, bottom + 36, body)
    }

    /// The round share below the lowest one that is to be seen.
    private static func axisFloor(_ shares: [Double]) -> Double {
        let tenths = ((shares.min() ?? 0) * 10).rounded(.down)
        return min(0.9, max(0, tenths / 10))
    }

    private static func x(_ share: Double, _ floor: Double) -> Int {
        left + Int(((share - floor) / (1 - floor) * Double(plotWidth)).rounded())
    }

    private static func axis(from floor: Double, height: Int) -> String {
        (0...4).map { step in
            let share = floor + (1 - floor) * Double(step) / 4
            let at = x(share, floor)
            return line(at, 8, at, height - 24, "grid") + text(at, height - 6, percent(share), anchor: "middle")
        }.joined()
    }

    private static func line(_ x1: Int, _ y1: Int, _ x2: Int, _ y2: Int, _ name: String) -> String {
        "<line class=\"\(name)\" x1=\"\(x1)\" y1=\"\(y1)\" x2=\"\(x2)\" y2=\"\(y2)\"/>"
    }

    private static func text(
        _ x: Int, _ y: Int, _ words: String, anchor: String = "start", class name: String = ""
    ) -> String {
        "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\" class=\"\(name)\">\(escaped(words))</text>"
    }

    private static func svg(_ title: String, _ words: [String], _ height: Int, _ body: String) -> String {
        """
        <svg role="img" viewBox="0 0 \(width) \(height)"><title>\(escaped(title))</title>\
        <desc>\(escaped(words.joined(separator: "; ")))</desc>\(body)</svg>
        """
    }
}

/// Text as it may stand in HTML, in an attribute too.
func escaped(_ text: String) -> String {
    var out = ""
    for character in text.unicodeScalars {
        switch character {
        case "&": out += "&amp;"
        case "<": out += "&lt;"
        case ">": out += "&gt;"
        case "\"": out += "&quot;"
        case "'": out += "&#39;"
        default: out.unicodeScalars.append(character)
        }
    }
    return out
}
