import Depth
import LockedMemory
import Pixels
import Scan
import Testing

@Suite struct `A point cloud` {
    /// The header's lines, and where the points begin.
    private func header(_ file: Span<UInt8>) -> (lines: [String], start: Int) {
        let bytes = file.indices.map { file[$0] }
        let end = Array("end_header\n".utf8)
        let start = bytes.indices.first { bytes[$0...].starts(with: end) }.map { $0 + end.count } ?? 0
        return (String(decoding: bytes[..<start], as: UTF8.self).split(separator: "\n").map(String.init), start)
    }

    private func number(_ file: Span<UInt8>, _ place: Int) -> Double {
        Double(Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(file[place + $1]) << UInt32(8 * $1) }))
    }

    @Test func `holds what is not hidden, in metres, where it is`() throws {
        var random = Numbers(state: 3)
        let scene = try Scene(&random)
        let calibration = try scene.calibration(bound: 2)
        let rectangle = try #require(scene.colourMask())
        let mask = try DepthMask([rectangle], colour: (320, 240), depth: (160, 120), calibration)
        let masked = try mask.hide(try depthFrame(scene.counts(), width: 160))
        let file = try masked.pointCloud(calibration)
        let (lines, start) = header(file.span)
        let points = 160 * 120 - masked.hidden
        #expect(lines.prefix(2) == ["ply", "format binary_little_endian 1.0"])
        #expect(lines.contains("comment units metres") && lines.contains("element vertex \(points)"))
        #expect(lines.contains { $0.hasPrefix("comment depth to colour, translation ") })
        #expect(lines.contains("comment axes x right, y down, z forward, from the depth camera"))
        #expect(file.count == start + 12 * points)
        #expect(try MeshFacts(ply: file.span).points == points)
        var sphere = 0
        for place in stride(from: start, to: file.count, by: 12) {
            let point = SIMD3(number(file.span, place), number(file.span, place + 4), number(file.span, place + 8))
            let from = point - scene.centre
            if (from * from).sum().squareRoot() < scene.radius + 0.002 { sphere += 1 }
            #expect(abs(point.z - scene.wall) < 0.001)
        }
        #expect(sphere == 0)
    }

    @Test func `takes its colours from where the colour camera sees the points`() throws {
        var random = Numbers(state: 4)
        let scene = try Scene(&random)
        let calibration = try scene.calibration(bound: 1)
        let mask = try DepthMask([], colour: (320, 240), depth: (160, 120), calibration)
        // Red and green tell the pixel.
        var rgb = [UInt8](repeating: 255, count: 3 * 320 * 240)
        for pixel in 0..<320 * 240 {
            rgb[3 * pixel] = UInt8(pixel % 320 / 2)
            rgb[3 * pixel + 1] = UInt8(pixel / 320)
        }
        let masked = try mask.hide(try depthFrame(scene.counts(), width: 160))
        let left = samples(masked.bytes.span, width: 160, height: 120, bytesPerLine: masked.shape.bytesPerLine).counts
        let shown = left.indices.filter { left[$0] != 0 }
        let file = try masked.pointCloud(calibration, colours: rgb.span)
        let (lines, start) = header(file.span)
        #expect(lines.contains("property uchar blue") && file.count == start + 15 * shown.count)
        #expect(try MeshFacts(ply: file.span).points == shown.count)
        var seen = 0
        for (number, index) in shown.enumerated() {
            let place = start + 15 * number
            let at = scene.inColour(scene.hit(index % 160, index / 160).point)
            let inside = at.x > 1 && at.y > 1 && at.x < 318 && at.y < 238
            guard inside else { continue }
            seen += 1
            #expect(
                abs(Double(file.span[place + 12]) - at.x / 2) <= 1.2 && abs(Double(file.span[place + 13]) - at.y) <= 1.2
            )
        }
        #expect(seen > 1000)
    }

    @Test func `needs intrinsics and a picture of the right size`() throws {
        var random = Numbers(state: 4)
        let scene = try Scene(&random)
        let calibration = try scene.calibration(bound: 1)
        let unaligned = try Calibration(unit: 0.001, range: 0.3...3, bound: 9, alignment: .unaligned)
        let mask = try DepthMask([], colour: (320, 240), depth: (160, 120), calibration)
        let masked = try mask.hide(try depthFrame(scene.counts(), width: 160))
        #expect(throws: DepthFault.noIntrinsics) { _ = try masked.pointCloud(unaligned) }
        #expect(throws: DepthFault.size(width: 320, height: 240)) {
            _ = try masked.pointCloud(calibration, colours: [UInt8](repeating: 0, count: 5).span)
        }
    }
}
