import Pixels

/// What is hidden of the colour picture with its margin, in its pixels; a pixel reaches half a pixel from its centre.
struct Area: Sendable {
    let left: Double
    let top: Double
    let right: Double
    let bottom: Double

    init(_ rectangle: PixelRectangle, dilatedBy bound: Double) {
        left = Double(rectangle.x) - 0.5 - bound
        top = Double(rectangle.y) - 0.5 - bound
        right = Double(rectangle.right) - 0.5 + bound
        bottom = Double(rectangle.bottom) - 0.5 + bound
    }

    private init(left: Double, top: Double, right: Double, bottom: Double) {
        (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
    }

    /// What lies outside a picture of this size, or so near to its edge that it may: nobody has looked there.
    static func outside(width: Int, height: Int, dilatedBy bound: Double) -> [Area] {
        let far = Double.infinity
        let (right, bottom) = (Double(width) - 0.5 - bound, Double(height) - 0.5 - bound)
        return [
            Area(left: -far, top: -far, right: bound - 0.5, bottom: far),
            Area(left: right, top: -far, right: far, bottom: far),
            Area(left: -far, top: -far, right: far, bottom: bound - 0.5),
            Area(left: -far, top: bottom, right: far, bottom: far),
        ]
    }

    func meets(_ across: (low: Double, high: Double), _ down: (low: Double, high: Double)) -> Bool {
        across.low <= right && across.high >= left && down.low <= bottom && down.high >= top
    }
}

/// Where the colour picture shows what a depth pixel sees.
struct View: Sendable {
    private enum Way: Sendable {
        case through(Intrinsics, Intrinsics, Placement)
        /// Colour pixels a depth pixel, across and down.
        case scaled(Double, Double)
    }

    private let way: Way
    private let areas: [Area]

    init(
        _ alignment: Calibration.Alignment, colour: (width: Int, height: Int), depth: (width: Int, height: Int),
        areas: [Area]
    ) throws(DepthFault) {
        switch alignment {
        case .aligned(let from, let to, let placement):
            guard (from.width, from.height) == depth else { throw .size(width: depth.width, height: depth.height) }
            guard (to.width, to.height) == colour else { throw .size(width: colour.width, height: colour.height) }
            way = .through(from, to, placement)
        case .unaligned:
            way = .scaled(
                Double(colour.width) / Double(depth.width), Double(colour.height) / Double(depth.height))
        }
        self.areas = areas
    }

    /// Whether a thing that a rectangle of depth pixels sees at a distance within `metres` may lie in an area.
    func touches(_ columns: Range<Int>, _ rows: Range<Int>, _ metres: ClosedRange<Double>) -> Bool {
        let across: (low: Double, high: Double)
        let down: (low: Double, high: Double)
        switch way {
        case .scaled(let scaleX, let scaleY):
            across = (Double(columns.lowerBound) * scaleX - 0.5, Double(columns.upperBound) * scaleX - 0.5)
            down = (Double(rows.lowerBound) * scaleY - 0.5, Double(rows.upperBound) * scaleY - 0.5)
        case .through(let from, let to, let placement):
            let rays = Rays(columns, rows, from, placement)
            guard let near = rays.box(at: metres.lowerBound, to, placement.translation) else { return true }
            guard metres.lowerBound < metres.upperBound else {
                return areas.contains { $0.meets(near.across, near.down) }
            }
            // Between two distances before the camera a picture moves on a straight line: the ends hold it all.
            guard let far = rays.box(at: metres.upperBound, to, placement.translation) else { return true }
            across = (min(near.across.low, far.across.low), max(near.across.high, far.across.high))
            down = (min(near.down.low, far.down.low), max(near.down.high, far.down.high))
        }
        return areas.contains { $0.meets(across, down) }
    }
}

/// The four corners of a rectangle of depth pixels, one metre away, turned as the colour camera stands.
private struct Rays {
    private let x: SIMD4<Double>
    private let y: SIMD4<Double>
    private let z: SIMD4<Double>

    init(_ columns: Range<Int>, _ rows: Range<Int>, _ camera: Intrinsics, _ placement: Placement) {
        let (left, right) = (Double(columns.lowerBound) - 0.5, Double(columns.upperBound) - 0.5)
        let (top, bottom) = (Double(rows.lowerBound) - 0.5, Double(rows.upperBound) - 0.5)
        let across = (SIMD4(left, right, left, right) - camera.centre.x) / camera.focal.x
        let down = (SIMD4(top, top, bottom, bottom) - camera.centre.y) / camera.focal.y
        let (first, second, third) = placement.rotation
        x = across * first.x + down * first.y + first.z
        y = across * second.x + down * second.y + second.z
        z = across * third.x + down * third.y + third.z
    }

    /// What the rectangle covers at this distance in the colour picture; nil where part of it lies behind that camera.
    func box(
        at metres: Double, _ camera: Intrinsics, _ translation: SIMD3<Double>
    ) -> (across: (low: Double, high: Double), down: (low: Double, high: Double))? {
        let depth = z * metres + translation.z
        guard depth.min() > 0.001 else { return nil }
        let across = (x * metres + translation.x) / depth * camera.focal.x + camera.centre.x
        let down = (y * metres + translation.y) / depth * camera.focal.y + camera.centre.y
        return ((across.min(), across.max()), (down.min(), down.max()))
    }
}
