extension RGBPicture {
    /// The part of the picture in `box`, cut at its edges; nil where they share nothing.
    package func cropped(to box: Box) -> RGBPicture? {
        let part = box.intersection(Box(left: 0, top: 0, right: width, bottom: height))
        guard part.width > 0, part.height > 0 else { return nil }
        var cut: [UInt8] = []
        cut.reserveCapacity(3 * part.area)
        for y in part.top..<part.bottom {
            cut += samples[3 * (y * width + part.left)..<3 * (y * width + part.right)]
        }
        return RGBPicture(checked: part.width, part.height, cut)
    }

    /// Everything under the boxes black.
    package func filled(_ boxes: [Box]) -> RGBPicture {
        var result = self
        for box in boxes { result.paint(box, 0, 0, 0) }
        return result
    }

    /// An orange line of `thickness` pixels along the inside of the box's edges.
    package func outlined(_ box: Box, thickness: Int) -> RGBPicture {
        var result = self
        for side in [
            Box(left: box.left, top: box.top, right: box.right, bottom: box.top + thickness),
            Box(left: box.left, top: box.bottom - thickness, right: box.right, bottom: box.bottom),
            Box(left: box.left, top: box.top, right: box.left + thickness, bottom: box.bottom),
            Box(left: box.right - thickness, top: box.top, right: box.right, bottom: box.bottom),
        ] { result.paint(side, 230, 97, 1) }
        return result
    }

    private mutating func paint(_ box: Box, _ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        let part = box.intersection(Box(left: 0, top: 0, right: width, bottom: height))
        for y in part.top..<max(part.top, part.bottom) {
            for x in part.left..<max(part.left, part.right) {
                let at = 3 * (y * width + x)
                (samples[at], samples[at + 1], samples[at + 2]) = (red, green, blue)
            }
        }
    }

    /// A small picture of a face and its surroundings with the mask in black, at most `longest` pixels a side or, where
    /// the picture is smaller, as large as it is.
    package func thumbnail(of face: Box, mask: [Box], longest: Int) -> RGBPicture {
        let around = face.grown(hundredths: 120, inside: width, by: height)
        // The outline must still be seen when it is reduced.
        let factor = max(1, (max(around.width, around.height) + longest - 1) / longest)
        let drawn = filled(mask).outlined(face, thickness: 2 * factor)
        let part = drawn.cropped(to: around) ?? drawn
        return part.reduced(by: min(factor, min(part.width, part.height)))
    }
}
