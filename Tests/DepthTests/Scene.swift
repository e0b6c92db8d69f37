import Depth
import LockedMemory
import Pixels

/// Numbers that are the same in every run (xorshift64*).
struct Numbers {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % limit
    }

    /// From `low` to `high`.
    mutating func between(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * Double(below(10_001)) / 10_000
    }
}

/// A sphere, which stands for a head, before a plane, seen by a depth and a colour camera whose places are known. What
/// each pixel shows is computed from the geometry alone.
struct Scene {
    let depth: Intrinsics
    let colour: Intrinsics
    let placement: Placement
    /// Metres, in the depth camera's axes.
    let centre: SIMD3<Double>
    let radius: Double
    /// Metres along the depth camera's axis.
    let wall: Double

    init(
        _ random: inout Numbers, baseline: Double = 0.06, colourSize: (width: Int, height: Int) = (320, 240)
    ) throws {
        depth = try Intrinsics(
            width: 160, height: 120, focal: SIMD2(random.between(110, 160), random.between(110, 160)),
            centre: SIMD2(random.between(70, 90), random.between(50, 70)))
        let scale = Double(colourSize.width) / 320
        colour = try Intrinsics(
            width: colourSize.width, height: colourSize.height,
            focal: SIMD2(scale * random.between(230, 320), scale * random.between(230, 320)),
            centre: SIMD2(scale * random.between(140, 180), scale * random.between(100, 140)))
        // A small turn about y, then about x, with the cosines made from the sines.
        let (a, b) = (random.between(-0.08, 0.08), random.between(-0.08, 0.08))
        let (ca, cb) = ((1 - a * a).squareRoot(), (1 - b * b).squareRoot())
        placement = try Placement(
            rotation: [ca, 0, a, a * b, cb, -ca * b, -a * cb, b, ca * cb],
            translation: [
                random.between(-baseline, baseline), random.between(-baseline, baseline) / 3,
                random.between(-0.02, 0.02),
            ])
        centre = SIMD3(random.between(-0.12, 0.12), random.between(-0.1, 0.1), random.between(0.5, 1.2))
        radius = random.between(0.06, 0.12)
        wall = random.between(1.5, 2.5)
    }

    /// Metres along a ray (of any length) to the sphere; nil where it passes.
    private func distance(from eye: SIMD3<Double>, along ray: SIMD3<Double>) -> Double? {
        let toCentre = centre - eye
        let (along, across) = ((ray * toCentre).sum(), (ray * ray).sum())
        let rest = along * along - across * ((toCentre * toCentre).sum() - radius * radius)
        guard rest >= 0 else { return nil }
        return (along - rest.squareRoot()) / across
    }

    /// What a depth pixel's centre hits: the sphere or the wall behind it.
    func hit(_ x: Int, _ y: Int) -> (point: SIMD3<Double>, isSphere: Bool) {
        let ray = depth.point(x, y, metres: 1)
        if let distance = distance(from: .zero, along: ray) { return (ray * distance, true) }
        return (ray * wall, false)
    }

    /// Where the colour camera sees a point, in pixels.
    func inColour(_ point: SIMD3<Double>) -> SIMD2<Double> {
        let seen = placement.apply(point)
        return SIMD2(seen.x / seen.z, seen.y / seen.z) * colour.focal + colour.centre
    }

    /// The smallest rectangle around the sphere's pixels in the colour picture: what a perfect detector would mask.
    func colourMask() -> PixelRectangle? {
        // A ray of the colour camera in the depth camera's axes: turned back, from where the colour camera stands.
        let rows = placement.rotation
        func turnedBack(_ v: SIMD3<Double>) -> SIMD3<Double> { rows.0 * v.x + rows.1 * v.y + rows.2 * v.z }
        let eye = turnedBack(placement.translation) * -1
        var (left, top, right, bottom) = (colour.width, colour.height, 0, 0)
        for y in 0..<colour.height {
            for x in 0..<colour.width
            where distance(from: eye, along: turnedBack(colour.point(x, y, metres: 1))) != nil {
                (left, right) = (min(left, x), max(right, x + 1))
                (top, bottom) = (min(top, y), max(bottom, y + 1))
            }
        }
        guard left < right else { return nil }
        return PixelRectangle(
            x: left, y: top, width: right - left, height: bottom - top, inside: colour.width, by: colour.height)
    }

    /// The Z16 picture in millimetres.
    func counts() -> [UInt16] {
        (0..<depth.height).flatMap { y in
            (0..<depth.width).map { x in UInt16((hit(x, y).point.z * 1000).rounded()) }
        }
    }

    func calibration(bound: Int) throws -> Calibration {
        try Calibration(
            unit: 0.001, range: 0.3...3, bound: bound, alignment: .aligned(depth: depth, colour: colour, placement))
    }
}

/// Rows of 16-bit samples with `padding` bytes of rubbish behind each.
func rows(_ samples: [UInt16], width: Int, padding: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, sample) in samples.enumerated() {
        bytes += [UInt8(sample & 255), UInt8(sample >> 8)]
        if (index + 1) % width == 0 { bytes += [UInt8](repeating: 0xA5, count: padding) }
    }
    return bytes
}

func depthFrame(_ counts: [UInt16], width: Int, padding: Int = 4, takenAt: Int64 = 0) throws -> DepthFrame {
    let shape = try DepthShape(width: width, height: counts.count / width, bytesPerLine: 2 * width + padding)
    return try DepthFrame(
        shape, takenAt: takenAt, try LockedBytes(copying: rows(counts, width: width, padding: padding).span))
}

/// The samples of masked rows; the padding must be zero.
func samples(_ bytes: Span<UInt8>, width: Int, height: Int, bytesPerLine: Int) -> (counts: [UInt16], isClean: Bool) {
    var counts: [UInt16] = []
    var isClean = bytes.count >= bytesPerLine * height
    for y in 0..<height {
        for x in 0..<width {
            counts.append(UInt16(bytes[y * bytesPerLine + 2 * x]) | UInt16(bytes[y * bytesPerLine + 2 * x + 1]) << 8)
        }
        for place in y * bytesPerLine + 2 * width..<(y + 1) * bytesPerLine where bytes[place] != 0 { isClean = false }
    }
    return (counts, isClean)
}
