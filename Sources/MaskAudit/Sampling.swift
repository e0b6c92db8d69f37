/// What the picture says about a face's skin and light.
package struct FaceColour: Equatable, Sendable {
    /// Medians of L*, a* and b* over the forehead.
    package let forehead: Lab
    /// Median L* of the whole box.
    package let lightness: Double

    package var tone: ToneBin { ToneBin(angle: forehead.typologyAngle) }
    package var light: LightBin { LightBin(lightness: lightness) }
}

extension RGBPicture {
    /// - Parameter face: a box that lies at least partly in the picture.
    package func colour(of face: Box) -> FaceColour {
        let forehead = Box(
            left: face.left + face.width * 3 / 10, top: face.top + face.height * 12 / 100,
            right: face.left + face.width * 7 / 10, bottom: face.top + face.height * 26 / 100)
        let skin = samples(in: forehead).isEmpty ? samples(in: face) : samples(in: forehead)
        return FaceColour(
            forehead: Lab(
                lightness: median(skin.map(\.lightness)), a: median(skin.map(\.a)), b: median(skin.map(\.b))),
            lightness: median(samples(in: face).map(\.lightness)))
    }

    /// Colours on a grid of at most 64 x 64 points of the box's part in the picture.
    private func samples(in box: Box) -> [Lab] {
        let inside = box.intersection(Box(left: 0, top: 0, right: width, bottom: height))
        guard inside.width > 0, inside.height > 0 else { return [] }
        var colours: [Lab] = []
        for y in stride(from: inside.top, to: inside.bottom, by: max(1, inside.height / 64)) {
            for x in stride(from: inside.left, to: inside.right, by: max(1, inside.width / 64)) {
                let at = 3 * (y * width + x)
                colours.append(Lab(red: samples[at], green: samples[at + 1], blue: samples[at + 2]))
            }
        }
        return colours
    }
}

/// The lower middle one; 0 of nothing.
func median(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.sorted()[(values.count - 1) / 2]
}
