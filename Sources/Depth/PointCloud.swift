import LockedMemory
import Pixels

extension MaskedDepth {
    /// The measured points as a PLY file (`model/ply`, binary little-endian), in metres: x right, y down, z forward from
    /// the depth camera. The header says so, and where the colour camera stands.
    ///
    /// - Parameter colours: the masked picture, interleaved 8-bit RGB of the calibration's colour size without padding; a
    ///   point that its camera does not see is black.
    package func pointCloud(
        _ calibration: Calibration, colours: Span<UInt8>? = nil
    ) throws(DepthFault) -> LockedBytes {
        guard case .aligned(let camera, let colour, let placement) = calibration.alignment else { throw .noIntrinsics }
        guard (camera.width, camera.height) == (shape.width, shape.height) else {
            throw .size(width: shape.width, height: shape.height)
        }
        if let colours, colours.count != 3 * colour.width * colour.height {
            throw .size(width: colour.width, height: colour.height)
        }
        let measured = measuredCount
        let header = plyHeader(calibration, placement, points: measured, isColoured: colours != nil)
        let size = colours == nil ? 12 : 15
        var file: LockedBytes
        do { file = try LockedBytes(count: header.count + size * measured) } catch { throw .memory }
        var output = file.mutableSpan
        for (index, byte) in header.enumerated() { output[index] = byte }
        var place = header.count
        for y in 0..<shape.height {
            for x in 0..<shape.width {
                let count = count(x, y)
                guard count != 0 else { continue }
                let point = camera.point(x, y, metres: Double(count) * calibration.unit)
                put(Float(point.x), &output, place)
                put(Float(point.y), &output, place + 4)
                put(Float(point.z), &output, place + 8)
                place += size
            }
        }
        if let colours {
            paint(&output, from: header.count, calibration.unit, camera, colour, placement, colours)
        }
        return file
    }

    private func paint(
        _ output: inout MutableSpan<UInt8>, from start: Int, _ unit: Double, _ camera: Intrinsics, _ colour: Intrinsics,
        _ placement: Placement, _ rgb: Span<UInt8>
    ) {
        var place = start
        for y in 0..<shape.height {
            for x in 0..<shape.width {
                let count = count(x, y)
                guard count != 0 else { continue }
                let point = placement.apply(camera.point(x, y, metres: Double(count) * unit))
                if let pixel = colour.pixel(of: point) {
                    for channel in 0..<3 { output[place + 12 + channel] = rgb[3 * pixel + channel] }
                }
                place += 15
            }
        }
    }

    private func count(_ x: Int, _ y: Int) -> Int {
        let place = y * shape.bytesPerLine + 2 * x
        return Int(bytes.span[place]) | Int(bytes.span[place + 1]) << 8
    }

    /// Pixels that carry a distance.
    private var measuredCount: Int {
        var measured = 0
        for y in 0..<shape.height {
            for x in 0..<shape.width where count(x, y) != 0 { measured += 1 }
        }
        return measured
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

private func plyHeader(
    _ calibration: Calibration, _ placement: Placement, points: Int, isColoured: Bool
) -> [UInt8] {
    func words(_ row: SIMD3<Double>) -> String { "\(row.x) \(row.y) \(row.z)" }
    let (first, second, third) = placement.rotation
    var lines = [
        "ply", "format binary_little_endian 1.0", "comment obscura point cloud 1", "comment units metres",
        "comment axes x right, y down, z forward, from the depth camera",
        "comment measured in steps of \(calibration.unit) metres",
        "comment depth to colour, rotation by rows \(words(first)) \(words(second)) \(words(third))",
        "comment depth to colour, translation \(words(placement.translation))", "element vertex \(points)",
        "property float x", "property float y", "property float z",
    ]
    if isColoured { lines += ["property uchar red", "property uchar green", "property uchar blue"] }
    return Array((lines + ["end_header", ""]).joined(separator: "\n").utf8)
}

private func put(_ value: Float, _ output: inout MutableSpan<UInt8>, _ place: Int) {
    for index in 0..<4 { output[place + index] = UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * index)) }
}
