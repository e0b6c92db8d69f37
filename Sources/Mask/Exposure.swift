/// Median lightness L* (CIE 1976, 0 ... 100) of a zone, by its luminance under the sRGB transfer curve.
///
/// - Parameters:
///   - rgb: `width` x `height` interleaved 8-bit sRGB; a reduced copy is enough.
///   - zone: the part of it that counts; it must lie inside.
package func medianLightness(of rgb: Span<UInt8>, width: Int, height: Int, in zone: Region) -> Int {
    precondition(rgb.count == 3 * width * height && zone.x >= 0 && zone.y >= 0 && zone.area > 0)
    precondition(zone.right <= width && zone.bottom <= height, "zone outside the picture")
    var counts = [Int](repeating: 0, count: 1025)
    for y in zone.y..<zone.bottom {
        for x in zone.x..<zone.right {
            let at = 3 * (y * width + x)
            // Rec. 709 luminance, in units of 1/1024 of white.
            let light =
                Float(0.2126) * linear[Int(rgb[at])] + 0.7152 * linear[Int(rgb[at + 1])]
                + 0.0722 * linear[Int(rgb[at + 2])]
            counts[min(Int(light * 1024), 1024)] += 1
        }
    }
    var seen = 0
    for (light, count) in counts.enumerated() {
        seen += count
        if 2 * seen >= zone.area { return Int(lightness(Double(light) / 1024)) }
    }
    return 100
}

/// L* of a relative luminance 0 ... 1 (CIE 15).
private func lightness(_ luminance: Double) -> Double {
    guard luminance > 216.0 / 24389 else { return luminance * 24389 / 27 }
    return 116 * cubeRoot(luminance) - 16
}

private func cubeRoot(_ value: Double) -> Double {
    var root = max(value, 0.2)
    for _ in 0..<20 { root = (2 * root + value / (root * root)) / 3 }
    return root
}

/// Linear light of each 8-bit sRGB value (IEC 61966-2-1).
private let linear: [Float] = (0...255).map { value in
    let coded = Double(value) / 255
    guard coded > 0.04045 else { return Float(coded / 12.92) }
    let base = (coded + 0.055) / 1.055
    // x to the power 2.4 is x squared times the fifth root of x squared.
    return Float(base * base * fifthRoot(base * base))
}

private func fifthRoot(_ value: Double) -> Double {
    var root = 1.0
    for _ in 0..<40 { root = (4 * root + value / (root * root * root * root)) / 5 }
    return root
}
