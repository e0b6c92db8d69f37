import Testing

@testable import MaskAudit

@Suite struct `A colour` {
    private func near(_ one: Double, _ other: Double, _ tolerance: Double) -> Bool {
        (one - other).magnitude < tolerance
    }

    // Known values of sRGB under D65, rounded to two places.
    @Test(arguments: [
        (UInt8(255), UInt8(0), UInt8(0), 53.24, 80.09, 67.20), (0, 255, 0, 87.73, -86.18, 83.18),
        (0, 0, 255, 32.30, 79.19, -107.86), (255, 255, 255, 100.00, 0.00, 0.00), (0, 0, 0, 0.00, 0.00, 0.00),
        (119, 119, 119, 50.03, 0.00, 0.00),
    ])
    func `of sRGB has its known place in Lab`(
        _ red: UInt8, _ green: UInt8, _ blue: UInt8, _ lightness: Double, _ a: Double, _ b: Double
    ) {
        let colour = Lab(red: red, green: green, blue: blue)
        #expect(near(colour.lightness, lightness, 0.02))
        #expect(near(colour.a, a, 0.02))
        #expect(near(colour.b, b, 0.02))
    }

    @Test(arguments: [
        (70.0, 20.0, 45.0), (50.0, 10.0, 0.0), (30.0, 20.0, -45.0), (70.0, 11.547005, 60.0), (60.0, 17.320508, 30.0),
    ])
    func `has the typology angle that its tangent says`(_ lightness: Double, _ b: Double, _ degrees: Double) throws {
        let angle = try #require(Lab(lightness: lightness, a: 10, b: b).typologyAngle)
        #expect(near(angle, degrees, 0.0001))
    }

    @Test func `without yellow has no typology angle`() {
        #expect(Lab(lightness: 60, a: 10, b: 0).typologyAngle == nil)
        #expect(Lab(lightness: 60, a: 10, b: -5).typologyAngle == nil)
        #expect(ToneBin(angle: nil) == .undefined)
    }

    @Test func `goes to linear light and back unchanged`() {
        for value in 0...255 { #expect(coded(linearLight[value]) == UInt8(value)) }
    }

    @Test func `has the luminance of its lightness, and back`() {
        for value in 1...99 {
            #expect(near(lightness(ofLuminance: luminance(ofLightness: Double(value))), Double(value), 0.0001))
        }
    }

    @Test(arguments: [
        (80.0, ToneBin.veryLight), (55.1, .veryLight), (55, .light), (41, .intermediate), (28, .tan), (10, .brown),
        (-29.9, .brown), (-30, .dark), (-80, .dark),
    ])
    func `falls into the bin of its angle`(_ angle: Double, _ bin: ToneBin) { #expect(ToneBin(angle: angle) == bin) }

    @Test(arguments: [(0.0, LightBin.nearlyBlack), (14.9, .nearlyBlack), (15, .dim), (30, .moderate), (50, .bright)])
    func `falls into the bin of its light`(_ lightness: Double, _ bin: LightBin) {
        #expect(LightBin(lightness: lightness) == bin)
    }
}

@Suite struct `A face's colour` {
    /// 100 x 100: a forehead of one colour in a face of another.
    private func picture() throws -> RGBPicture {
        var samples: [UInt8] = []
        for y in 0..<100 {
            for x in 0..<100 {
                let isForehead = (12..<26).contains(y) && (30..<70).contains(x)
                samples += isForehead ? [228, 185, 158] : [60, 40, 30]
            }
        }
        return try RGBPicture(width: 100, height: 100, samples: samples)
    }

    @Test func `is the forehead's for tone and the whole box's for light`() throws {
        let colour = try picture().colour(of: Box(left: 0, top: 0, right: 100, bottom: 100))
        #expect(colour.forehead == Lab(red: 228, green: 185, blue: 158))
        #expect(colour.lightness == Lab(red: 60, green: 40, blue: 30).lightness)
    }

    @Test func `is known of a face that the frame cuts`() throws {
        let colour = try picture().colour(of: Box(left: -50, top: -90, right: 50, bottom: 10))
        #expect(colour.lightness == Lab(red: 60, green: 40, blue: 30).lightness)
    }
}

@Suite struct `A tone shift` {
    private static let face = Box(left: 20, top: 20, right: 60, bottom: 70)

    private func flat() throws -> RGBPicture {
        var samples: [UInt8] = []
        for _ in 0..<80 * 90 { samples += [180, 140, 120] }
        return try RGBPicture(width: 80, height: 90, samples: samples)
    }

    @Test(arguments: shiftedLightness)
    func `brings the face's median to its lightness`(_ target: Int) throws {
        let shifted = try flat().shifted([Self.face], toLightness: target)
        // Every pixel of the box's middle moves alike; eight bits are coarse in the dark.
        let middle = Box(left: 32, top: 35, right: 48, bottom: 55)
        #expect((shifted.colour(of: middle).lightness - Double(target)).magnitude < 0.6)
    }

    @Test func `leaves what lies far from the face, and black and white`() throws {
        let before = try flat()
        let after = before.shifted([Self.face], toLightness: 25)
        #expect(after.samples.prefix(3 * 80 * 4) == before.samples.prefix(3 * 80 * 4))
        let ends = try RGBPicture(width: 2, height: 1, samples: [0, 0, 0, 255, 255, 255])
        let shifted = ends.shifted([Box(left: 0, top: 0, right: 2, bottom: 1)], toLightness: 45)
        #expect(shifted.samples == ends.samples)
    }

    @Test func `of a dimmed picture is dark, noisy and always the same`() throws {
        let dimmed = try flat().dimmed()
        #expect(dimmed == (try flat().dimmed()))
        #expect(Set(dimmed.samples).count > 3)
        let mean = dimmed.samples.reduce(0.0) { $0 + linearLight[Int($1)] } / Double(dimmed.samples.count)
        let before = try flat().samples.reduce(0.0) { $0 + linearLight[Int($1)] } / Double(dimmed.samples.count)
        #expect((mean / before / dimmedLight - 1).magnitude < 0.05)
    }

    @Test func `is made on averages of whole blocks`() throws {
        let picture = try RGBPicture(
            width: 3, height: 2,
            samples: [0, 0, 0, 10, 20, 30, 9, 9, 9, 20, 40, 60, 30, 60, 91, 9, 9, 9])
        let reduced = picture.reduced(by: 2)
        #expect(reduced.width == 1 && reduced.height == 1)
        #expect(reduced.samples == [15, 30, 45])
    }
}
