/// The lightness L* to which faces are shifted; the first is what the others are compared with.
package let shiftedLightness = [70, 58, 45, 35, 25]

/// The share of its light that a dimmed picture keeps.
package let dimmedLight = 0.04

extension RGBPicture {
    /// The same picture with each face's median at lightness `target`: what another skin would reflect under the same
    /// light.
    ///
    /// Black and white stay where they are and the luminance between follows a curve through the two medians, so that
    /// highlights stay highlights. It acts fully on the oval inside the box, and fades out around it.
    /// - Parameter target: L*, 1 to 99.
    package func shifted(_ faces: [Box], toLightness target: Int) -> RGBPicture {
        var result = self
        for face in faces {
            let now = luminance(ofLightness: max(1, colour(of: face).lightness))
            let wanted = luminance(ofLightness: Double(target))
            // y' = y q / (1 + y (q - 1)) takes 0 to 0, 1 to 1 and `now` to `wanted`.
            result.bend(face, by: wanted * (1 - now) / (now * (1 - wanted)))
        }
        return result
    }

    private mutating func bend(_ face: Box, by q: Double) {
        let reach = face.grown(hundredths: 30, inside: width, by: height)
        let (radiusX, radiusY) = (Double(face.width) * 0.575, Double(face.height) * 0.575)
        for y in reach.top..<max(reach.top, reach.bottom) {
            for x in reach.left..<max(reach.left, reach.right) {
                let dx = (Double(2 * x + 1 - face.left - face.right) / 2) / radiusX
                let dy = (Double(2 * y + 1 - face.top - face.bottom) / 2) / radiusY
                // 1 inside the oval, 0 from 1.4 times its radius on.
                let weight = min(1, max(0, (1.4 - (dx * dx + dy * dy).squareRoot()) / 0.4))
                if weight > 0 { bend(at: 3 * (y * width + x), by: q, weight) }
            }
        }
    }

    private mutating func bend(at place: Int, by q: Double, _ weight: Double) {
        let light = (0..<3).map { linearLight[Int(samples[place + $0])] }
        let y = luminance(light[0], light[1], light[2])
        let gain = 1 + weight * (q / (1 + y * (q - 1)) - 1)
        for channel in 0..<3 { samples[place + channel] = coded(light[channel] * gain) }
    }

    /// The same picture in a twenty-fifth of its light, with a sensor's noise; the same noise each time.
    package func dimmed() -> RGBPicture {
        var result = self
        var noise = Noise()
        for place in samples.indices {
            let light = linearLight[Int(samples[place])] * dimmedLight
            // Shot noise of a well of 4000 electrons, and read noise of a thousandth of full scale.
            let spread = (light / 4000 + 0.000001).squareRoot()
            result.samples[place] = coded(light + spread * noise.next())
        }
        return result
    }

    /// Averages of `factor` x `factor` pixels; a last column or row that fills no block is dropped.
    ///
    /// - Precondition: `factor` is at most the shorter side.
    package func reduced(by factor: Int) -> RGBPicture {
        precondition(factor >= 1 && factor <= min(width, height))
        guard factor > 1 else { return self }
        let (wide, high) = (width / factor, height / factor)
        var sums = [Int](repeating: 0, count: 3 * wide * high)
        for y in 0..<high * factor {
            for x in 0..<wide * factor {
                let (from, to) = (3 * (y * width + x), 3 * (y / factor * wide + x / factor))
                for channel in 0..<3 { sums[to + channel] += Int(samples[from + channel]) }
            }
        }
        let area = factor * factor
        return RGBPicture(checked: wide, high, sums.map { UInt8(($0 + area / 2) / area) })
    }
}

/// Numbers of mean 0 and variance 1, nearly normal, always the same ones.
private struct Noise {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    mutating func next() -> Double {
        var sum = 0
        // xorshift64*; the four 16-bit parts of each are uniform, and twelve of them nearly make a normal one.
        for _ in 0..<3 {
            state ^= state >> 12
            state ^= state << 25
            state ^= state >> 27
            let bits = state &* 0x2545_F491_4F6C_DD1D
            for part in 0..<4 { sum += Int(bits >> UInt64(16 * part) & 0xFFFF) }
        }
        return Double(sum) / 65536 - 6
    }
}
