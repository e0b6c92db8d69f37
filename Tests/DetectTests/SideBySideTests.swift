import COpenVINO
import DetectLink
import JPEG
import Mask
import Testing

@testable import FaceNet

@Suite(
    .serialized, .enabled(if: Detector.isThere, "run Drivers/setup/detector, or name its folder in OBSCURA_DETECTOR"))
struct `Planes side by side` {
    private func net() throws -> FaceNet {
        let model = try Detector.model()
        return try FaceNet(engineFolder: Detector.engine, model: model.span)
    }

    /// A shot's planes of a picture with a face, and their pixels.
    private func shot() throws -> (planes: [FacePlane], pixels: [UInt8]) {
        let file = try Detector.picture("as-it-is.jpg")
        let header = try JPEGHeader(parsing: file.span)
        var rgb = [UInt8](repeating: 0, count: header.decodedCount(at: .half, .rgb))
        var output = rgb.mutableSpan
        let (width, height) = try decodeJPEG(file.span, at: .half, as: .rgb, into: &output)
        let passes = try planPasses(width: width, height: height, expectation: .expected)
        let reduced = try reduce(Picture(rgb.span, width: width, height: height), for: passes)
        let pixels = (0..<reduced.count).map { reduced.span[$0] }
        return (
            try passes.map { try FacePlane(width: $0.plane.width, height: $0.plane.height, threshold: 0.05) }, pixels
        )
    }

    @Test func `are answered as each is alone`() throws {
        var net = try net()
        let (planes, pixels) = try shot()
        let together = try net.detect(planes, pixels: pixels.span)
        var offset = 0
        for (plane, faces) in zip(planes, together) {
            let own = Array(pixels[offset..<offset + plane.byteCount])
            #expect(
                try net.detect(
                    in: own.span, width: plane.width, height: plane.height, threshold: plane.threshold) == faces)
            offset += plane.byteCount
        }
        #expect(together[0].first.map { $0.score > 0.8 } == true)
        // The same again: requests are used anew, and nothing of the call before is left in them.
        #expect(try net.detect(planes, pixels: pixels.span) == together)
    }

    @Test func `may all be of one size`() throws {
        var net = try net()
        let (planes, pixels) = try shot()
        let upright = Array(pixels.prefix(planes[0].byteCount))
        let grey = [UInt8](repeating: 128, count: upright.count)
        let alone = try net.detect([planes[0]], pixels: upright.span)[0]
        let eight = [FacePlane](repeating: planes[0], count: FaceNet.mostPlanes)
        let mixed = (0..<eight.count).flatMap { $0 % 2 == 0 ? upright : grey }
        let found = try net.detect(eight, pixels: mixed.span)
        #expect(!alone.isEmpty && found == (0..<eight.count).map { $0 % 2 == 0 ? alone : [] })
    }

    @Test func `may be of more sizes than are kept`() throws {
        var net = try net()
        let (planes, pixels) = try shot()
        let before = try net.detect(planes, pixels: pixels.span)
        let sizes = try (1...FaceNet.mostPlanes).map { try FacePlane(width: 32 * $0, height: 64, threshold: 0.3) }
        let grey = [UInt8](repeating: 128, count: sizes.reduce(0) { $0 + $1.byteCount })
        #expect(try net.detect(sizes, pixels: grey.span).allSatisfy { $0.isEmpty })
        #expect(try net.detect(planes, pixels: pixels.span) == before)
    }

    @Test func `are refused when they are too many, none, or of another length`() throws {
        var net = try net()
        let plane = try FacePlane(width: 32, height: 32, threshold: 0.3)
        for count in [0, FaceNet.mostPlanes + 1] {
            let planes = [FacePlane](repeating: plane, count: count)
            let pixels = [UInt8](repeating: 0, count: count * plane.byteCount)
            let error = #expect(throws: FaceNetError.self) { try net.detect(planes, pixels: pixels.span) }
            #expect(error == .planes(count))
        }
        let short = [UInt8](repeating: 0, count: 2 * plane.byteCount - 1)
        let error = #expect(throws: FaceNetError.self) { try net.detect([plane, plane], pixels: short.span) }
        #expect(error == .pixels(2 * plane.byteCount))
    }
}

@Suite struct `Answers of several planes` {
    /// Outputs of a 32 x 32 plane: 64 cells with nothing in them.
    private func read(heat: [Float]) throws -> [[DetectedFace]] {
        let plane = try FacePlane(width: 32, height: 32, threshold: 0.3)
        let (calm, rest) = ([Float](repeating: 0, count: 64), [Float](repeating: 0, count: 640))
        return try unsafe calm.withUnsafeBufferPointer { calm in
            try unsafe heat.withUnsafeBufferPointer { heat in
                try unsafe rest.withUnsafeBufferPointer { rest in
                    func outputs(_ heatmap: UnsafeBufferPointer<Float>) -> obscura_outputs {
                        unsafe obscura_outputs(
                            heatmap: heatmap.baseAddress, scale: rest.baseAddress, offset: rest.baseAddress,
                            landmarks: rest.baseAddress)
                    }
                    return try unsafe FaceNet.faces(
                        [outputs(calm), outputs(heat), outputs(calm)], in: [plane, plane, plane])
                }
            }
        }
    }

    @Test func `are all refused for one that is not a number`() throws {
        var heat = [Float](repeating: 0, count: 64)
        heat[9] = 0.9
        #expect(try read(heat: heat).map(\.count) == [0, 1, 0])
        heat[63] = .nan
        #expect(throws: FaceNetError.decode(.heat(cell: 63))) { try read(heat: heat) }
    }
}
