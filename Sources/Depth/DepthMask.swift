import LockedMemory
import Pixels

/// The mask of a colour picture, carried into what a depth camera saw. What the colour picture does not show is hidden
/// too: a depth camera often sees more, and nobody has looked for faces there.
package struct DepthMask: Sendable {
    /// Pixels.
    private let width: Int
    /// Pixels.
    private let height: Int
    private let view: View
    private let calibration: Calibration

    /// - Parameters:
    ///   - rectangles: what is masked in the colour picture, in its pixels.
    ///   - colour: pixels of the colour picture.
    ///   - depth: pixels of the depth and infrared frames.
    package init(
        _ rectangles: [PixelRectangle], colour: (width: Int, height: Int), depth: (width: Int, height: Int),
        _ calibration: Calibration
    ) throws(DepthFault) {
        self.width = depth.width
        self.height = depth.height
        self.calibration = calibration
        let bound = Double(calibration.bound)
        view = try View(
            calibration.alignment, colour: colour, depth: depth,
            areas: rectangles.map { Area($0, dilatedBy: bound) }
                + Area.outside(width: colour.width, height: colour.height, dilatedBy: bound))
    }

    /// Zeroes every measured pixel that may lie under the mask, and the bytes between and behind the rows.
    package func hide(_ frame: consuming DepthFrame) throws(DepthFault) -> MaskedDepth {
        let shape = frame.shape
        try check(shape.width, shape.height)
        var bytes = try copy(frame.bytes.span)
        var output = bytes.mutableSpan
        var hidden = 0
        for tile in tiles() {
            for y in tile.rows {
                for x in tile.columns {
                    let place = y * shape.bytesPerLine + 2 * x
                    let count = Int(output[place]) | Int(output[place + 1]) << 8
                    guard count != 0, hides(x, y, metres: Double(count) * calibration.unit) else { continue }
                    output[place] = 0
                    output[place + 1] = 0
                    hidden += 1
                }
            }
        }
        wipePadding(of: &output, rowBytes: 2 * width, shape.bytesPerLine)
        return MaskedDepth(frame, hidden: hidden, bytes)
    }

    /// Zeroes every pixel that may lie under the mask at any distance: infrared shows what depth did not measure, and
    /// measured wrongly. The bytes between and behind the rows go too.
    package func hide(_ frame: consuming InfraredFrame) throws(DepthFault) -> MaskedInfrared {
        let shape = frame.shape
        try check(shape.width, shape.height)
        let bytesAPixel = shape.samples.bytesAPixel
        var bytes = try copy(frame.bytes.span)
        var output = bytes.mutableSpan
        var hidden = 0
        for tile in tiles() {
            for y in tile.rows {
                for x in tile.columns where view.touches(x..<x + 1, y..<y + 1, calibration.range) {
                    let place = y * shape.bytesPerLine + bytesAPixel * x
                    for index in place..<place + bytesAPixel { output[index] = 0 }
                    hidden += 1
                }
            }
        }
        wipePadding(of: &output, rowBytes: bytesAPixel * width, shape.bytesPerLine)
        return MaskedInfrared(frame, hidden: hidden, bytes)
    }

    private func hides(_ x: Int, _ y: Int, metres: Double) -> Bool {
        // A distance that the camera cannot measure says nothing about where the thing is.
        let sure = calibration.range.contains(metres) ? metres...metres : calibration.range
        return view.touches(x..<x + 1, y..<y + 1, sure)
    }

    /// Pieces of the frame of which something may lie under the mask at some distance of the range; the mask cannot
    /// reach into the others, since what a piece sees lies between the rays of its corners.
    private func tiles() -> [(columns: Range<Int>, rows: Range<Int>)] {
        let size = 16
        var tiles: [(columns: Range<Int>, rows: Range<Int>)] = []
        for top in stride(from: 0, to: height, by: size) {
            for left in stride(from: 0, to: width, by: size) {
                let (columns, rows) = (left..<min(left + size, width), top..<min(top + size, height))
                if view.touches(columns, rows, calibration.range) { tiles.append((columns, rows)) }
            }
        }
        return tiles
    }

    private func check(_ width: Int, _ height: Int) throws(DepthFault) {
        guard width == self.width, height == self.height else { throw .size(width: width, height: height) }
    }

    private func copy(_ bytes: Span<UInt8>) throws(DepthFault) -> LockedBytes {
        do { return try LockedBytes(copying: bytes) } catch { throw .memory }
    }

    /// A driver's buffer may still hold other frames there.
    private func wipePadding(of bytes: inout MutableSpan<UInt8>, rowBytes: Int, _ bytesPerLine: Int) {
        for y in 0..<height {
            for place in y * bytesPerLine + rowBytes..<(y + 1) * bytesPerLine { bytes[place] = 0 }
        }
        for place in height * bytesPerLine..<bytes.count { bytes[place] = 0 }
    }
}
