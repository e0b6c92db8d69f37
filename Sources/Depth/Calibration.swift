/// A pinhole camera; what its lens bends is part of the calibration's bound.
package struct Intrinsics: Sendable, Equatable {
    /// Pixels.
    package let width: Int
    /// Pixels.
    package let height: Int
    /// Focal lengths across and down, in pixels.
    package let focal: SIMD2<Double>
    /// Where the axis meets the picture, in pixels; the first pixel's centre is (0, 0).
    package let centre: SIMD2<Double>

    package init(
        width: Int, height: Int, focal: SIMD2<Double>, centre: SIMD2<Double>
    ) throws(DepthFault) {
        guard (1...16384).contains(width), (1...16384).contains(height) else { throw .calibration(.intrinsics) }
        let size = SIMD2(Double(width), Double(height))
        for side in 0..<2 {
            // Between a view of 157 degrees and one of 3; the axis at most half a picture outside.
            guard (0.1 * size[side]...20 * size[side]).contains(focal[side]),
                (-0.5 * size[side]...1.5 * size[side]).contains(centre[side])
            else { throw .calibration(.intrinsics) }
        }
        self.width = width
        self.height = height
        self.focal = focal
        self.centre = centre
    }
}

/// Where a point of the depth camera lies for the colour camera: both look along z, x is right and y is down.
package struct Placement: Sendable, Equatable {
    /// Rows of a rotation.
    package let rotation: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)
    /// Metres.
    package let translation: SIMD3<Double>

    /// - Parameters:
    ///   - rotation: nine numbers, row by row; orthonormal within a thousandth, no mirror.
    ///   - translation: three numbers, metres; at most one metre.
    package init(rotation: [Double], translation: [Double]) throws(DepthFault) {
        guard rotation.count == 9, rotation.allSatisfy(\.isFinite) else { throw .calibration(.rotation) }
        guard translation.count == 3, translation.allSatisfy(\.isFinite) else { throw .calibration(.translation) }
        let rows = (
            SIMD3(rotation[0], rotation[1], rotation[2]), SIMD3(rotation[3], rotation[4], rotation[5]),
            SIMD3(rotation[6], rotation[7], rotation[8])
        )
        let errors = [
            dot(rows.0, rows.0) - 1, dot(rows.1, rows.1) - 1, dot(rows.2, rows.2) - 1, dot(rows.0, rows.1),
            dot(rows.0, rows.2), dot(rows.1, rows.2), dot(cross(rows.0, rows.1), rows.2) - 1,
        ]
        guard errors.allSatisfy({ abs($0) <= 1e-3 }) else { throw .calibration(.rotation) }
        let offset = SIMD3(translation[0], translation[1], translation[2])
        guard dot(offset, offset) <= 1 else { throw .calibration(.translation) }
        self.rotation = rows
        self.translation = offset
    }

    package static func == (one: Placement, other: Placement) -> Bool {
        one.rotation == other.rotation && one.translation == other.translation
    }

    /// A point of the depth camera, in metres, as the colour camera has it.
    package func apply(_ point: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(dot(rotation.0, point), dot(rotation.1, point), dot(rotation.2, point)) + translation
    }
}

/// How a depth stream and a colour stream belong together.
package struct Calibration: Sendable, Equatable {
    package enum Alignment: Sendable, Equatable {
        /// Both cameras and where they stand are known.
        case aligned(depth: Intrinsics, colour: Intrinsics, Placement)
        /// Only that both look the same way: the depth picture, scaled to the colour picture's size, shows a thing at
        /// most the bound from where the colour picture shows it.
        case unaligned
    }

    /// Metres of one count.
    package let unit: Double
    /// Metres from the depth camera, along its axis, in which it measures; what it says beyond counts as unknown.
    package let range: ClosedRange<Double>
    /// Pixels of the colour picture by which a thing may lie off its computed place: the lens, the calibration's age,
    /// movement between the two exposures, errors of depth.
    package let bound: Int
    package let alignment: Alignment

    package init(
        unit: Double, range: ClosedRange<Double>, bound: Int, alignment: Alignment
    ) throws(DepthFault) {
        guard (1e-6...1e-2).contains(unit) else { throw .calibration(.unit) }
        guard range.lowerBound >= 0.01, range.upperBound <= 100 else { throw .calibration(.range) }
        // A pixel at least: nobody calibrates better.
        guard (1...4096).contains(bound) else { throw .calibration(.bound) }
        self.unit = unit
        self.range = range
        self.bound = bound
        self.alignment = alignment
    }
}

func dot(_ one: SIMD3<Double>, _ other: SIMD3<Double>) -> Double { (one * other).sum() }

private func cross(_ one: SIMD3<Double>, _ other: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(
        one.y * other.z - one.z * other.y, one.z * other.x - one.x * other.z, one.x * other.y - one.y * other.x)
}
