import Pixels
import Testing

@testable import Camera
@testable import V4L2

private func colorimetry(space: UInt32, encoding: UInt32 = 0, quantization: UInt32 = 0) -> Colorimetry? {
    Colorimetry(
        V4L2Format(
            format: FourCC("YUYV"), width: 4, height: 4, bytesPerLine: 8, sizeImage: 32, colorspace: space,
            encoding: encoding, quantization: quantization))
}

@Suite struct `The colours that a driver reports` {
    /// Colour spaces of `enum v4l2_colorspace`: 1 SMPTE 170M, 3 Rec. 709, 7 JPEG, 8 sRGB, 12 DCI-P3.
    @Test func `resolve their defaults as V4L2 lays down`() {
        #expect(colorimetry(space: 1) == Colorimetry(matrix: .bt601, range: .limited))
        #expect(colorimetry(space: 3) == Colorimetry(matrix: .bt709, range: .limited))
        #expect(colorimetry(space: 7) == Colorimetry(matrix: .bt601, range: .full))
        #expect(colorimetry(space: 8) == Colorimetry(matrix: .bt601, range: .limited))
        #expect(colorimetry(space: 12) == Colorimetry(matrix: .bt709, range: .limited))
    }

    @Test func `are taken at their word where they are said`() {
        #expect(colorimetry(space: 8, encoding: 2, quantization: 1) == Colorimetry(matrix: .bt709, range: .full))
        #expect(colorimetry(space: 3, encoding: 1, quantization: 2) == Colorimetry(matrix: .bt601, range: .limited))
        #expect(colorimetry(space: 7, encoding: 4, quantization: 2) == Colorimetry(matrix: .bt709, range: .limited))
    }

    /// SMPTE 240M is colour space 2 and matrix 8, BT.2020 colour space 10 and matrices 6 and 7.
    @Test(arguments: [(2, 0), (10, 0), (8, 6), (8, 7), (3, 8), (8, 9), (8, .max)] as [(UInt32, UInt32)])
    func `never pass for a matrix that they are not`(space: UInt32, encoding: UInt32) {
        #expect(colorimetry(space: space, encoding: encoding) == nil)
    }
}
