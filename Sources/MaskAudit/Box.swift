/// A rectangle in whole pixels; right and bottom lie outside it.
package struct Box: Equatable, Hashable, Sendable {
    package let left: Int
    package let top: Int
    package let right: Int
    package let bottom: Int

    package init(left: Int, top: Int, right: Int, bottom: Int) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    package var width: Int { right - left }
    package var height: Int { bottom - top }
    package var area: Int { max(0, width) * max(0, height) }

    /// What both hold; without area where they share nothing.
    package func intersection(_ other: Box) -> Box {
        Box(
            left: max(left, other.left), top: max(top, other.top), right: min(right, other.right),
            bottom: min(bottom, other.bottom))
    }

    /// Grown by so many hundredths of its own size on each side, and cut at the picture's edges.
    func grown(hundredths: Int, inside width: Int, by height: Int) -> Box {
        let (x, y) = (self.width * hundredths / 100, self.height * hundredths / 100)
        return Box(left: left - x, top: top - y, right: right + x, bottom: bottom + y)
            .intersection(Box(left: 0, top: 0, right: width, bottom: height))
    }

    /// In a picture `factor` times smaller each way, rounded outward.
    package func divided(by factor: Int) -> Box {
        Box(
            left: left / factor, top: top / factor, right: (right + factor - 1) / factor,
            bottom: (bottom + factor - 1) / factor)
    }

    /// Pixels of it that lie under at least one of `others`.
    package func covered(by others: [Box]) -> Int {
        let parts = others.map { intersection($0) }.filter { $0.width > 0 && $0.height > 0 }
        let columns = Set(parts.flatMap { [$0.left, $0.right] }).sorted()
        let rows = Set(parts.flatMap { [$0.top, $0.bottom] }).sorted()
        var sum = 0
        for (left, right) in zip(columns, columns.dropFirst()) {
            for (top, bottom) in zip(rows, rows.dropFirst()) {
                let held = parts.contains {
                    $0.left <= left && right <= $0.right && $0.top <= top && bottom <= $0.bottom
                }
                if held { sum += (right - left) * (bottom - top) }
            }
        }
        return sum
    }

    /// Whether nine tenths of it lie under `mask`: what counts as a face that is hidden.
    package func isHidden(by mask: [Box]) -> Bool { area > 0 && 10 * covered(by: mask) >= 9 * area }
}
