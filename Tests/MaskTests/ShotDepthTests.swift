import BundleFormat
import Depth
import LockedMemory
import PNG
import Pixels
import Testing
import V4L2

@testable import Camera
@testable import Mask

private let (width, height) = (64, 48)

/// A depth camera that sees what a colour camera of twice the size sees, from its place.
private func calibration(_ alignment: Bool) throws -> Calibration {
    let depth = try Intrinsics(width: width, height: height, focal: SIMD2(60, 60), centre: SIMD2(31.5, 23.5))
    let colour = try Intrinsics(
        width: 2 * width, height: 2 * height, focal: SIMD2(120, 120), centre: SIMD2(63.5, 47.5))
    let placement = try Placement(rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, 0])
    return try Calibration(
        unit: 0.001, range: 0.2...4, bound: 1,
        alignment: alignment ? .aligned(depth: depth, colour: colour, placement) : .unaligned)
}

private func plain(infrared: Bool = true, aligned: Bool = true) throws -> PlainDepth {
    func facts(_ code: StaticString) -> NodeFacts {
        NodeFacts(
            code: FourCC(code), width: width, height: height,
            stamp: FrameStamp(sequence: 1, timestamp: 1, lost: 0, damaged: 0), gap: 0, device: DeviceFacts(nil))
    }
    let counts = (0..<width * height).flatMap { [UInt8($0 & 255), UInt8(2 + $0 >> 8)] }
    let depth = try DepthFrame(
        try DepthShape(width: width, height: height, bytesPerLine: 2 * width), takenAt: 1,
        try LockedBytes(copying: counts.span))
    let both = DepthFacts(
        calibration: try calibration(aligned), depth: facts("Z16 "), infrared: infrared ? facts("Y10 ") : nil)
    guard infrared else { return PlainDepth(both, .depth(depth)) }
    let lit = (0..<width * height).flatMap { _ in [UInt8(0x55), UInt8(0x02)] }
    let frame = try InfraredFrame(
        try FrameShape(.y10, width: width, height: height, bytesPerLine: 2 * width), takenAt: 1,
        try LockedBytes(copying: lit.span))
    return PlainDepth(both, .both(depth, frame))
}

private func record(_ outcome: MaskOutcome, _ place: (x: Int, y: Int, side: Int)?) -> MaskRecord {
    let rectangle = place.flatMap {
        PixelRectangle(x: $0.x, y: $0.y, width: $0.side, height: $0.side, inside: 2 * width, by: 2 * height)
    }
    return MaskRecord(
        outcome: outcome, expectation: .possible, shape: .face,
        areas: rectangle.map { [MaskRecord.Area(rectangle: $0, source: .detector)] } ?? [], lightness: 50,
        facesFound: 1,
        facesLeft: 0, confirmation: nil)
}

private func shot(_ depth: consuming PlainDepth, _ mask: MaskRecord) throws -> ShotDepth {
    let recipient = try #require(RecipientText(key: [UInt8](repeating: 7, count: 1216)))
    return try ShotDepth(depth, mask, colour: (2 * width, 2 * height), for: recipient, nil)
}

private struct Absent: Error {}

private func there(_ file: consuming DepthFile?) throws -> DepthFile {
    guard let file else { throw Absent() }
    return file
}

/// The 16-bit samples of a PNG file.
private func samples(_ file: consuming DepthFile) throws -> (shape: PNGShape, values: [Int]) {
    let bytes = file.takeBytes()
    let shape = try PNGShape(parsing: bytes.span)
    var read = [UInt8](repeating: 0, count: shape.count)
    var output = read.mutableSpan
    try readPNG(bytes.span, into: &output)
    return (shape, stride(from: 0, to: read.count, by: 2).map { Int(read[$0]) << 8 | Int(read[$0 + 1]) })
}

@Suite struct `A shot's depth` {
    @Test func `is zero under the picture's mask and the camera's elsewhere`() throws {
        let depth = try shot(try plain(), record(.masked, (x: 40, y: 30, side: 20)))
        let file = try depth.depthFile()
        #expect(file.role == .depth && DepthFile.Role.depth.media == "image/png")
        let (shape, values) = try samples(file)
        #expect((shape.width, shape.height, shape.bits, shape.significant) == (width, height, 16, 16))
        var (hidden, changed) = (0, 0)
        for y in 0..<height {
            for x in 0..<width {
                let (value, count) = (values[y * width + x], 512 + y * width + x)
                if value == 0 { hidden += 1 } else if value != count { changed += 1 }
                if (20..<30).contains(x), (15..<25).contains(y) { #expect(value == 0) }
                // The mask with its bound, and the edge of what the colour picture shows.
                if (3..<17).contains(x), (3..<45).contains(y) { #expect(value == count) }
            }
        }
        #expect(changed == 0 && depth.record.hidden == hidden)
    }

    @Test func `has its infrared masked at every distance, with the bits that the camera has`() throws {
        let depth = try shot(try plain(), record(.masked, (x: 40, y: 30, side: 20)))
        let file = try there(try depth.infraredFile())
        let (shape, values) = try samples(file)
        #expect(shape.significant == 10)
        #expect(values[20 * width + 25] == 0 && values[40 * width + 50] >> 6 == 0x255)
        let none = try shot(try plain(infrared: false), record(.masked, nil))
        #expect(throws: Absent.self) { _ = try there(try none.infraredFile()).role }
    }

    @Test func `becomes points where the profile says how the cameras stand`() throws {
        let depth = try shot(try plain(), record(.masked, (x: 40, y: 30, side: 20)))
        let points = try there(try depth.points())
        #expect(points.role == .points && DepthFile.Role.points.media == "model/ply")
        let bytes = points.takeBytes()
        let left = width * height - (depth.record.hidden ?? 0)
        let text = String(decoding: (0..<400).map { bytes.span[$0] }, as: UTF8.self)
        #expect(text.contains("element vertex \(left)\n"))
        let unaligned = try shot(try plain(aligned: false), record(.masked, (x: 40, y: 30, side: 20)))
        #expect(throws: Absent.self) { _ = try there(try unaligned.points()).role }
    }

    @Test func `is not kept of a picture that nobody could decide`() throws {
        #expect(throws: MaskFailure.depthUndecided) {
            _ = try shot(try plain(), record(.indeterminate, nil)).record
        }
    }

    @Test func `is refused beside a picture that the calibration is not for`() throws {
        let recipient = try #require(RecipientText(key: [UInt8](repeating: 7, count: 1216)))
        #expect(throws: MaskFailure.depth(.size(width: 100, height: 100))) {
            _ = try ShotDepth(try plain(), record(.masked, nil), colour: (100, 100), for: recipient, nil).record
        }
    }
}
