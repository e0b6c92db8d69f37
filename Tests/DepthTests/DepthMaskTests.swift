import Depth
import LockedMemory
import Pixels
import Testing

private func masked(
    _ scene: Scene, _ counts: [UInt16], _ rectangles: [PixelRectangle], _ calibration: Calibration
) throws -> (counts: [UInt16], hidden: Int) {
    let mask = try DepthMask(
        rectangles, colour: (scene.colour.width, scene.colour.height), depth: (scene.depth.width, scene.depth.height),
        calibration)
    let result = try mask.hide(try depthFrame(counts, width: scene.depth.width))
    let read = samples(
        result.bytes.span, width: scene.depth.width, height: scene.depth.height,
        bytesPerLine: result.shape.bytesPerLine)
    #expect(read.isClean)
    return (read.counts, result.hidden)
}

/// Pixels from a place to a rectangle; 0 inside.
private func away(_ place: SIMD2<Double>, from rectangle: PixelRectangle) -> Double {
    max(
        Double(rectangle.x) - 0.5 - place.x, place.x - Double(rectangle.right) + 0.5,
        Double(rectangle.y) - 0.5 - place.y, place.y - Double(rectangle.bottom) + 0.5, 0)
}

/// Whether a colour picture of the scene shows a place, and not within `margin` pixels of its edge.
private func shows(_ place: SIMD2<Double>, _ scene: Scene, margin: Double) -> Bool {
    place.x > margin - 0.5 && place.x < Double(scene.colour.width) - 0.5 - margin
        && place.y > margin - 0.5 && place.y < Double(scene.colour.height) - 0.5 - margin
}

@Suite struct `A mask carried into depth` {
    @Test(arguments: 1...40) func `hides all of the sphere, a bounded ring, what the picture does not show, no more`(
        _ seed: Int
    )
        throws
    {
        var random = Numbers(state: UInt64(seed) * 977)
        let scene = try Scene(&random)
        let rectangle = try #require(scene.colourMask())
        let bound = 1 + random.below(6)
        let counts = scene.counts()
        let result = try masked(scene, counts, [rectangle], try scene.calibration(bound: bound))
        // A depth pixel covers some pixels of the colour picture, half of them on each side of its centre.
        let most = max(scene.colour.focal.x, scene.colour.focal.y) / min(scene.depth.focal.x, scene.depth.focal.y)
        let ring = Double(bound) + most + 1
        var (left, far, changed, unseen) = (0, 0, 0, 0)
        for y in 0..<scene.depth.height {
            for x in 0..<scene.depth.width {
                let place = y * scene.depth.width + x
                let (point, isSphere) = scene.hit(x, y)
                if isSphere, result.counts[place] != 0 { left += 1 }
                let inColour = scene.inColour(point)
                if result.counts[place] == 0, away(inColour, from: rectangle) > ring,
                    shows(inColour, scene, margin: ring)
                {
                    far += 1
                }
                if result.counts[place] != 0, !shows(inColour, scene, margin: Double(bound)) { unseen += 1 }
                if result.counts[place] != 0, result.counts[place] != counts[place] { changed += 1 }
            }
        }
        #expect((left, far, changed, unseen) == (0, 0, 0, 0))
        #expect(result.hidden > 0 && result.hidden == result.counts.count { $0 == 0 })
    }

    @Test func `needs its calibration: with another camera's the sphere shows`() throws {
        var shown = 0
        for seed in 1...10 {
            var random = Numbers(state: UInt64(seed) * 977)
            let scene = try Scene(&random, baseline: 0.3)
            guard let rectangle = scene.colourMask() else { continue }
            let wrong = try Calibration(
                unit: 0.001, range: 0.3...3, bound: 1,
                alignment: .aligned(
                    depth: scene.depth, colour: scene.colour,
                    try Placement(rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, 0])))
            let result = try masked(scene, scene.counts(), [rectangle], wrong)
            for place in result.counts.indices where result.counts[place] != 0 {
                if scene.hit(place % scene.depth.width, place / scene.depth.width).isSphere { shown += 1 }
            }
        }
        #expect(shown > 0)
    }

    @Test func `takes distances beyond the camera's range for unknown`() throws {
        var random = Numbers(state: 5)
        let scene = try Scene(&random)
        let rectangle = try #require(scene.colourMask())
        let calibration = try scene.calibration(bound: 2)
        // Every pixel of the sphere says what the camera cannot measure: 10 cm, or 40 m.
        let counts = scene.counts().enumerated().map { place, count -> UInt16 in
            let isSphere = scene.hit(place % scene.depth.width, place / scene.depth.width).isSphere
            return isSphere ? [100, 40_000][place % 2] : count
        }
        let result = try masked(scene, counts, [rectangle], calibration)
        for place in counts.indices where scene.hit(place % scene.depth.width, place / scene.depth.width).isSphere {
            #expect(result.counts[place] == 0)
        }
    }

    @Test func `without a rectangle hides what the colour picture does not show, under the whole picture all`() throws {
        var random = Numbers(state: 8)
        let scene = try Scene(&random)
        let counts = scene.counts()
        let calibration = try scene.calibration(bound: 4)
        let bare = try masked(scene, counts, [], calibration)
        var (kept, unseen) = (0, 0)
        for place in counts.indices {
            let inColour = scene.inColour(scene.hit(place % 160, place / 160).point)
            if shows(inColour, scene, margin: 8) {
                #expect(bare.counts[place] == counts[place])
                kept += 1
            }
            if !shows(inColour, scene, margin: 0) {
                #expect(bare.counts[place] == 0)
                unseen += 1
            }
        }
        #expect(kept > 1000 && unseen > 0)
        let all = try #require(PixelRectangle(x: 0, y: 0, width: 320, height: 240, inside: 320, by: 240))
        let wide = try scene.calibration(bound: 4096)
        #expect(try masked(scene, counts, [all], wide).counts.allSatisfy { $0 == 0 })
    }

    @Test func `refuses streams that the calibration was not made for`() throws {
        var random = Numbers(state: 8)
        let scene = try Scene(&random)
        let calibration = try scene.calibration(bound: 4)
        #expect(throws: DepthFault.size(width: 640, height: 480)) {
            try DepthMask([], colour: (640, 480), depth: (160, 120), calibration)
        }
        #expect(throws: DepthFault.size(width: 80, height: 60)) {
            try DepthMask([], colour: (320, 240), depth: (80, 60), calibration)
        }
        let mask = try DepthMask([], colour: (320, 240), depth: (160, 120), calibration)
        #expect(throws: DepthFault.size(width: 100, height: 2)) {
            _ = try mask.hide(try depthFrame([UInt16](repeating: 900, count: 200), width: 100))
        }
    }
}

@Suite struct `A mask carried into infrared` {
    @Test(arguments: 1...20) func `hides the sphere at whatever distance it stands`(_ seed: Int) throws {
        var random = Numbers(state: UInt64(seed) * 131)
        let scene = try Scene(&random)
        let rectangle = try #require(scene.colourMask())
        let mask = try DepthMask(
            [rectangle], colour: (320, 240), depth: (160, 120), try scene.calibration(bound: 2))
        let (shape, pixels) = try infrared(of: scene, wide: seed % 2 == 0)
        let result = try mask.hide(try InfraredFrame(shape, takenAt: 7, try LockedBytes(copying: pixels.span)))
        let size = shape.samples.bytesAPixel
        var (left, changed, kept) = (0, 0, 0)
        for y in 0..<120 {
            for x in 0..<160 {
                let place = y * shape.bytesPerLine + size * x
                let isHidden = (place..<place + size).allSatisfy { result.bytes.span[$0] == 0 }
                if scene.hit(x, y).isSphere, !isHidden { left += 1 }
                if !isHidden { kept += 1 }
                if !isHidden, (place..<place + size).contains(where: { result.bytes.span[$0] != pixels[$0] }) {
                    changed += 1
                }
            }
        }
        #expect((left, changed) == (0, 0))
        #expect(kept > 0 && result.hidden == 160 * 120 - kept && result.takenAt == 7)
    }

    /// Bright where the sphere is, grey elsewhere; no pixel is zero.
    private func infrared(of scene: Scene, wide: Bool) throws -> (FrameShape, [UInt8]) {
        let shape = try FrameShape(wide ? .y16 : .grey, width: 160, height: 120, bytesPerLine: wide ? 326 : 160)
        var pixels = [UInt8](repeating: 0xA5, count: shape.byteCount + 3)
        for y in 0..<120 {
            for x in 0..<160 {
                let place = y * shape.bytesPerLine + x * shape.samples.bytesAPixel
                pixels[place] = scene.hit(x, y).isSphere ? 200 : 60
                if wide { pixels[place + 1] = pixels[place] }
            }
        }
        return (shape, pixels)
    }
}

@Suite struct `A mask without alignment` {
    @Test(arguments: 1...20) func `hides the sphere when the bound is true, and no more than twice as far`(_ seed: Int)
        throws
    {
        var random = Numbers(state: UInt64(seed) * 4099)
        let scene = try Scene(&random)
        let rectangle = try #require(scene.colourMask())
        // How far the scaled depth picture lies off the colour picture: what whoever writes the profile has to measure.
        func scaled(_ x: Int, _ y: Int) -> SIMD2<Double> { SIMD2(2 * Double(x) + 0.5, 2 * Double(y) + 0.5) }
        var off = 0.0
        for y in 0..<120 {
            for x in 0..<160 where scene.hit(x, y).isSphere {
                let apart = scaled(x, y) - scene.inColour(scene.hit(x, y).point)
                off = max(off, abs(apart.x), abs(apart.y))
            }
        }
        func left(_ bound: Int) throws -> (sphere: Int, far: Int) {
            let calibration = try Calibration(unit: 0.001, range: 0.3...3, bound: bound, alignment: .unaligned)
            let result = try masked(scene, scene.counts(), [rectangle], calibration)
            var found = (sphere: 0, far: 0)
            for place in result.counts.indices {
                let (x, y) = (place % 160, place / 160)
                if result.counts[place] != 0, scene.hit(x, y).isSphere { found.sphere += 1 }
                if result.counts[place] == 0, away(scaled(x, y), from: rectangle) > Double(bound) + 1.5,
                    shows(scaled(x, y), scene, margin: Double(bound) + 1.5)
                {
                    found.far += 1
                }
            }
            return found
        }
        let enough = max(1, Int(off.rounded(.up)))
        #expect(try left(enough) == (0, 0))
        if enough > 12 { #expect(try left(1).sphere > 0) }
    }
}
