/// A colour in CIE 1976 L*a*b* under D65 (CIE 15).
package struct Lab: Equatable, Sendable {
    /// 0 to 100.
    package let lightness: Double
    package let a: Double
    package let b: Double

    package init(lightness: Double, a: Double, b: Double) {
        self.lightness = lightness
        self.a = a
        self.b = b
    }

    /// An sRGB colour (IEC 61966-2-1).
    package init(red: UInt8, green: UInt8, blue: UInt8) {
        let (r, g, b) = (linearLight[Int(red)], linearLight[Int(green)], linearLight[Int(blue)])
        let x = response((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047)
        let y = response(luminance(r, g, b))
        let z = response((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883)
        self.init(lightness: 116 * y - 16, a: 500 * (x - y), b: 200 * (y - z))
    }

    /// Individual typology angle in degrees: atan((L* - 50) / b*) (Chardon 1991); nil where b* is not above 0, for then
    /// the angle says nothing about skin.
    package var typologyAngle: Double? {
        guard b > 0 else { return nil }
        return arctangent((lightness - 50) / b) * 180 / .pi
    }
}

/// Relative luminance of linear light (Rec. 709 primaries).
func luminance(_ red: Double, _ green: Double, _ blue: Double) -> Double {
    0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
}

/// Relative luminance of a lightness L* (CIE 15).
func luminance(ofLightness lightness: Double) -> Double {
    guard lightness > 8 else { return lightness * 27 / 24389 }
    let root = (lightness + 16) / 116
    return root * root * root
}

/// Lightness L* of a relative luminance.
func lightness(ofLuminance luminance: Double) -> Double { 116 * response(luminance) - 16 }

private func response(_ value: Double) -> Double {
    value > 216.0 / 24389 ? cubeRoot(value) : (24389.0 / 27 * value + 16) / 116
}

/// Linear light of each 8-bit sRGB value.
let linearLight: [Double] = (0...255).map { value in
    let coded = Double(value) / 255
    guard coded > 0.04045 else { return coded / 12.92 }
    let base = (coded + 0.055) / 1.055
    // To the power 2.4: the square times the fifth root of the square.
    return base * base * root(5, of: base * base)
}

/// The 8-bit sRGB value nearest to a linear light; clipped to 0 ... 1.
func coded(_ light: Double) -> UInt8 {
    let steps = Double(codes.count - 1)
    return codes[Int((min(max(light, 0), 1) * steps).rounded())]
}

private let codes: [UInt8] = {
    var value = 0
    return (0..<16384).map { step in
        let light = Double(step) / 16383
        while value < 255 && (linearLight[value] + linearLight[value + 1]) / 2 < light { value += 1 }
        return UInt8(value)
    }
}()

func cubeRoot(_ value: Double) -> Double { root(3, of: value) }

/// By Newton's method, from above.
///
/// - Precondition: `value` lies within 0 ... 2.
private func root(_ degree: Int, of value: Double) -> Double {
    guard value > 0 else { return 0 }
    var guess = max(value, 1)
    while true {
        var power = 1.0
        for _ in 1..<degree { power *= guess }
        let next = (Double(degree - 1) * guess + value / power) / Double(degree)
        // From above each step falls until rounding stops it.
        if next >= guess { return guess }
        guess = next
    }
}

/// Radians; halves the angle until the series is short.
func arctangent(_ value: Double) -> Double {
    if value < 0 { return -arctangent(-value) }
    if value > 1 { return .pi / 2 - arctangent(1 / value) }
    if value > 0.125 { return 2 * arctangent(value / (1 + (1 + value * value).squareRoot())) }
    let square = value * value
    var (sum, power) = (0.0, value)
    for odd in stride(from: 1, through: 21, by: 2) {
        sum += (odd % 4 == 1 ? power : -power) / Double(odd)
        power *= square
    }
    return sum
}
