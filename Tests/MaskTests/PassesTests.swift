import DetectLink
import LockedMemory
import Testing

@testable import Mask

@Suite struct `A pass plan` {
    @Test func `looks upright, turned three times, and with a border`() throws {
        let passes = try planPasses(width: 1920, height: 1080, expectation: .expected)
        #expect(passes.map(\.turn) == [.none, .quarter, .half, .threeQuarters, .none])
        #expect(passes.map(\.plane.width) == [320, 192, 320, 192, 416])
        #expect(passes.map(\.plane.height) == [192, 320, 192, 320, 256])
        #expect(passes.map(\.plane.threshold) == [7864, 11796, 11796, 11796, 2621])
        #expect(passes.map(\.wholeThreshold) == [7864, 11796, 11796, 11796, 8519])
        #expect(passes[4].content == Region(x: 69, y: 42, width: 277, height: 170))
    }

    @Test func `counts only sure faces where none can be`() throws {
        let passes = try planPasses(width: 640, height: 480, expectation: .impossible)
        #expect(passes.allSatisfy { $0.plane.threshold == 22937 && $0.wholeThreshold == 22937 })
    }

    @Test(arguments: [(15, 200), (200, 15), (32769, 9000), (4000, 499), (0, 0)])
    func `refuses a shape in which no face can be found`(width: Int, height: Int) {
        #expect(throws: MaskError.shape(width: width, height: height)) {
            try planPasses(width: width, height: height, expectation: .expected)
        }
    }

    @Test(arguments: [(16, 16), (17, 128), (4000, 500), (32768, 32768), (1080, 1920), (641, 479)])
    func `fits the detector's bounds for every shape it takes`(width: Int, height: Int) throws {
        let passes = try planPasses(width: width, height: height, expectation: .expected)
        let request = try DetectionRequest(identifier: 1, planes: passes.map(\.plane))
        #expect(request.byteCount <= DetectionRequest.mostBytes)
        for pass in passes {
            #expect(pass.content.x >= 0 && pass.content.right <= pass.unturnedWidth)
            #expect(pass.content.y >= 0 && pass.content.bottom <= pass.unturnedHeight)
        }
    }
}

@Suite struct `A reduced copy` {
    private func planes(_ bytes: [UInt8], _ width: Int, _ height: Int) throws -> ([Pass], [UInt8]) {
        let passes = try planPasses(width: width, height: height, expectation: .expected)
        let locked = try reduce(Picture(bytes.span, width: width, height: height), for: passes)
        return (passes, (0..<locked.count).map { locked.span[$0] })
    }

    @Test func `averages instead of picking pixels`() throws {
        // A checkerboard of single pixels is mid-grey from afar; picking would give black, white or stripes.
        let board = (0..<640 * 480).map { (place: Int) -> UInt8 in (place % 640 + place / 640) % 2 == 0 ? 0 : 255 }
        let (passes, bytes) = try planes(board, 640, 480)
        let upright = bytes.prefix(passes[0].plane.byteCount)
        #expect(upright.allSatisfy { (110...146).contains($0) })
    }

    @Test func `turns every pixel to where the boxes are turned back from`() throws {
        var picture = [UInt8](repeating: 0, count: 3 * 320 * 256)
        let spot = Region(x: 32, y: 200, width: 8, height: 4)
        for y in spot.y..<spot.bottom {
            for x in spot.x..<spot.right {
                for channel in 0..<3 { picture[3 * (y * 320 + x) + channel] = 255 }
            }
        }
        let (passes, bytes) = try planes(picture, 320, 256)
        var offset = 0
        for pass in passes.prefix(4) {
            let width = pass.plane.width
            let lit = (0..<width * pass.plane.height).filter { bytes[offset + 3 * $0] == 255 }
            let (columns, rows) = (lit.map { $0 % width }, lit.map { $0 / width })
            let box = FineBox(
                left: 16 * columns.min()!, top: 16 * rows.min()!, right: 16 * columns.max()! + 16,
                bottom: 16 * rows.max()! + 16)
            #expect(pass.inPicture(pass.unturned(box), width: 320, height: 256) == spot)
            offset += pass.plane.byteCount
        }
    }

    @Test func `has a mid-grey border in the padded pass`() throws {
        let (passes, bytes) = try planes([UInt8](repeating: 0, count: 3 * 64 * 64), 64, 64)
        let padded = bytes.suffix(passes[4].plane.byteCount)
        let inner = passes[4].content.area
        #expect(padded.count { $0 == 128 } == padded.count - 3 * inner)
        #expect(padded.count { $0 == 0 } == 3 * inner)
    }

    @Test func `refuses pixels that are not as many as the picture has`() {
        let bytes = [UInt8](repeating: 0, count: 3 * 64 * 64 - 1)
        #expect(throws: MaskError.size(bytes.count)) { _ = try Picture(bytes.span, width: 64, height: 64).width }
    }
}
