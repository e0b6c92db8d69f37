/// A rectangle of whole pixels, never empty, from the top left corner of the picture.
package struct PixelRectangle: Sendable, Hashable {
    package let x: Int
    package let y: Int
    package let width: Int
    package let height: Int

    /// What of the rectangle lies inside a picture of `pictureWidth` x `pictureHeight` pixels; nil when nothing does.
    package init?(x: Int, y: Int, width: Int, height: Int, inside pictureWidth: Int, by pictureHeight: Int) {
        guard width > 0, height > 0, x < pictureWidth, y < pictureHeight else { return nil }
        let (right, rightOverflow) = x.addingReportingOverflow(width)
        let (bottom, bottomOverflow) = y.addingReportingOverflow(height)
        guard rightOverflow || right > 0, bottomOverflow || bottom > 0 else { return nil }
        self.x = max(x, 0)
        self.y = max(y, 0)
        self.width = (rightOverflow ? pictureWidth : min(right, pictureWidth)) - self.x
        self.height = (bottomOverflow ? pictureHeight : min(bottom, pictureHeight)) - self.y
    }

    /// Pixels; the first column to the right of the rectangle.
    package var right: Int { x + width }
    /// Pixels; the first row below the rectangle.
    package var bottom: Int { y + height }

    /// The smallest rectangle around this one whose edges lie on a grid of `stepX` x `stepY` pixels or on the
    /// picture's own right and bottom edge.
    package func rounded(outwardTo stepX: Int, by stepY: Int, inside width: Int, by height: Int) -> PixelRectangle? {
        let left = x / stepX * stepX
        let top = y / stepY * stepY
        return PixelRectangle(
            x: left, y: top, width: (right + stepX - 1) / stepX * stepX - left,
            height: (bottom + stepY - 1) / stepY * stepY - top, inside: width, by: height)
    }
}
