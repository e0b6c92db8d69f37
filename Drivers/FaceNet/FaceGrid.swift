import Glibc

/// A point in a plane: pixels from the left and top edge.
package struct FacePoint: Equatable, Sendable {
    package var x: Float
    package var y: Float
}

/// One face in a plane's pixels; the box lies inside the plane.
package struct DetectedFace: Equatable, Sendable {
    package var left: Float
    package var top: Float
    package var right: Float
    package var bottom: Float
    /// 0 ... 1.
    package var score: Float
    /// Right eye, left eye, nose, right and left corner of the mouth, as the person has them.
    package var landmarks: [FacePoint]
}

/// The network answered what it cannot mean.
package enum FaceDecodeError: Error, Equatable {
    /// A heatmap cell is not a number within 0 ... 1.
    case heat(cell: Int)
    /// A box or landmark of a cell is not a finite number.
    case geometry(cell: Int)
    case tooManyFaces
    /// An output has another number of floats than the grid has cells.
    case size
}

/// Reads the network's answer grids, one cell for every 4 x 4 pixels of the plane.
package struct FaceGrid: Sendable {
    /// A picture with more faces than this is not one of a clinic.
    package static let mostFaces = 256

    /// Pixels for each cell.
    private static let stride: Float = 4
    private static let overlap: Float = 0.3

    /// Cells.
    package let width: Int
    package let height: Int

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// The faces above `threshold`, best first, overlapping ones dropped (intersection over union above 0.3).
    ///
    /// Grids are row by row, one grid after the other: `scale` height then width as logarithms, `offset` y then x,
    /// `landmarks` y then x of five points in units of the box.
    package func faces(
        heatmap: Span<Float>, scale: Span<Float>, offset: Span<Float>, landmarks: Span<Float>, threshold: Float
    ) throws(FaceDecodeError) -> [DetectedFace] {
        let cells = width * height
        guard heatmap.count == cells, scale.count == 2 * cells, offset.count == 2 * cells,
            landmarks.count == 10 * cells
        else { throw .size }
        var found: [DetectedFace] = []
        for cell in 0..<cells {
            let score = heatmap[cell]
            // Written so that a NaN fails it.
            guard score >= 0, score <= 1 else { throw .heat(cell: cell) }
            if score <= threshold { continue }
            let box = (scale[cell], scale[cells + cell], offset[cell], offset[cells + cell])
            var points = [Float](repeating: 0, count: 10)
            for index in 0..<10 { points[index] = landmarks[index * cells + cell] }
            found.append(try face(at: cell, score: score, box: box, points: points))
        }
        found.sort { $0.score > $1.score }
        return try withoutOverlaps(found)
    }

    private func face(
        at cell: Int, score: Float, box: (Float, Float, Float, Float), points: [Float]
    ) throws(FaceDecodeError) -> DetectedFace {
        guard box.0.isFinite, box.1.isFinite, box.2.isFinite, box.3.isFinite, points.allSatisfy(\.isFinite) else {
            throw .geometry(cell: cell)
        }
        let limit = (x: Float(width) * Self.stride, y: Float(height) * Self.stride)
        // No box is larger than twice the plane: it covers all of it already, and infinities stay out of the sums.
        let boxHeight = min(expf(box.0) * Self.stride, 2 * limit.y)
        let boxWidth = min(expf(box.1) * Self.stride, 2 * limit.x)
        let centreX = (Float(cell % width) + box.3 + 0.5) * Self.stride
        let centreY = (Float(cell / width) + box.2 + 0.5) * Self.stride
        let left = centreX - boxWidth / 2
        let top = centreY - boxHeight / 2
        func clamp(_ value: Float, _ limit: Float) -> Float { min(max(value, 0), limit) }
        func near(_ value: Float, _ limit: Float) -> Float { min(max(value, -limit), 2 * limit) }
        return DetectedFace(
            left: clamp(left, limit.x), top: clamp(top, limit.y),
            right: clamp(left + boxWidth, limit.x), bottom: clamp(top + boxHeight, limit.y), score: score,
            landmarks: (0..<5).map {
                FacePoint(
                    x: near(points[2 * $0 + 1] * boxWidth + left, limit.x),
                    y: near(points[2 * $0] * boxHeight + top, limit.y))
            })
    }

    /// - Parameter found: best first.
    private func withoutOverlaps(_ found: [DetectedFace]) throws(FaceDecodeError) -> [DetectedFace] {
        var kept: [DetectedFace] = []
        for face in found where face.left < face.right && face.top < face.bottom {
            if kept.contains(where: { Self.intersectionOverUnion($0, face) > Self.overlap }) { continue }
            kept.append(face)
            if kept.count > Self.mostFaces { throw .tooManyFaces }
        }
        return kept
    }

    private static func intersectionOverUnion(_ a: DetectedFace, _ b: DetectedFace) -> Float {
        let width = min(a.right, b.right) - max(a.left, b.left)
        let height = min(a.bottom, b.bottom) - max(a.top, b.top)
        guard width > 0, height > 0 else { return 0 }
        let shared = width * height
        func area(_ face: DetectedFace) -> Float { (face.right - face.left) * (face.bottom - face.top) }
        return shared / (area(a) + area(b) - shared)
    }
}
