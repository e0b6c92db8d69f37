import LockedMemory

extension MaskedDepth {
    /// The measured points as a PLY file (`model/ply`, binary little-endian), in metres: x right, y down, z forward from
    /// the depth camera. The header says so, and where the colour camera stands.
    ///
    /// - Parameter colours: the masked picture, interleaved 8-bit RGB of the calibration's colour size without padding; a
    ///   point that its camera does not see is black.
    package func pointCloud(
        _ calibration: Calibration, colours: Span<UInt8>? = nil
    ) throws(DepthFault) -> LockedBytes {
        try PointCloud(shape, calibration).file(bytes.span, colours)
    }
}

/// Writes depth as points.
struct PointCloud {
    private let shape: DepthShape
    private let unit: Double
    private let camera: Intrinsics
    private let colour: Intrinsics
    private let placement: Placement

    init(_ shape: DepthShape, _ calibration: Calibration) throws(DepthFault) {
        guard case .aligned(let camera, let colour, let placement) = calibration.alignment else { throw .noIntrinsics }
        guard (camera.width, camera.height) == (shape.width, shape.height) else {
            throw .size(width: shape.width, height: shape.height)
        }
        self.shape = shape
        unit = calibration.unit
        (self.camera, self.colour, self.placement) = (camera, colour, placement)
    }

    func file(_ depth: Span<UInt8>, _ colours: Span<UInt8>?) throws(DepthFault) -> LockedBytes {
        if let colours, colours.count != 3 * colour.width * colour.height {
            throw .size(width: colour.width, height: colour.height)
        }
        var measured = 0
        for pixel in 0..<shape.width * shape.height where count(depth, pixel) != 0 { measured += 1 }
        let header = header(points: measured, isColoured: colours != nil)
        let size = colours == nil ? 12 : 15
        var file: LockedBytes
        do { file = try LockedBytes(count: header.count + size * measured) } catch { throw .memory }
        var output = file.mutableSpan
        for (index, byte) in header.enumerated() { output[index] = byte }
        var place = header.count
        for pixel in 0..<shape.width * shape.height {
            let count = count(depth, pixel)
            guard count != 0 else { continue }
            let point = camera.point(pixel % shape.width, pixel / shape.width, metres: Double(count) * unit)
            put(Float(point.x), &output, place)
            put(Float(point.y), &output, place + 4)
            put(Float(point.z), &output, place + 8)
            if let colours, let seen = colour.pixel(of: placement.apply(point)) {
                for channel in 0..<3 { output[place + 12 + channel] = colours[3 * seen + channel] }
            }
            place += size
        }
        return file
    }

    private func count(_ depth: Span<UInt8>, _ pixel: Int) -> Int {
        let place = pixel / shape.width * shape.bytesPerLine + pixel % shape.width * 2
        return Int(depth[place]) | Int(depth[place + 1]) << 8
    }

    private func header(points: Int, isColoured: Bool) -> [UInt8] {
        func words(_ row: SIMD3<Double>) -> String { "\(row.x) \(row.y) \(row.z)" }
        let (first, second, third) = placement.rotation
        var lines = [
            "ply", "format binary_little_endian 1.0", "comment obscura point cloud 1", "comment units metres",
            "comment axes x right, y down, z forward, from the depth camera",
            "comment measured in steps of \(unit) metres",
            "comment depth to colour, rotation by rows \(words(first)) \(words(second)) \(words(third))",
            "comment depth to colour, translation \(words(placement.translation))", "element vertex \(points)",
            "property float x", "property float y", "property float z",
        ]
        if isColoured { lines += ["property uchar red", "property uchar green", "property uchar blue"] }
        return Array((lines + ["end_header", ""]).joined(separator: "\n").utf8)
    }
}

extension Intrinsics {
    /// What a pixel's centre sees at a distance along the axis, in metres.
    package func point(_ x: Int, _ y: Int, metres: Double) -> SIMD3<Double> {
        SIMD3(
            (Double(x) - centre.x) / focal.x * metres, (Double(y) - centre.y) / focal.y * metres, metres)
    }

    /// The number of the pixel that shows a point, row by row; nil where none does.
    func pixel(of point: SIMD3<Double>) -> Int? {
        guard point.z > 0.001 else { return nil }
        let x = (point.x / point.z * focal.x + centre.x).rounded()
        let y = (point.y / point.z * focal.y + centre.y).rounded()
        guard x >= 0, y >= 0, x < Double(width), y < Double(height) else { return nil }
        return Int(y) * width + Int(x)
    }
}

private func put(_ value: Float, _ output: inout MutableSpan<UInt8>, _ place: Int) {
    for index in 0..<4 { output[place + index] = UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * index)) }
}
