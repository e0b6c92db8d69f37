import LockedMemory
import Testing

@testable import V4L2

private func format(_ name: StaticString, width: Int, height: Int, bytesPerLine: Int, sizeImage: Int) -> V4L2Format {
    V4L2Format(
        format: FourCC(name), width: width, height: height, bytesPerLine: bytesPerLine, sizeImage: sizeImage,
        colorspace: 8, encoding: 0, quantization: 0)
}

private func rgb(_ bytes: [UInt8], _ format: V4L2Format) throws -> [UInt8] {
    let converted = try convertToRGB(bytes.span, of: format)
    return (0..<converted.count).map { converted.span[$0] }
}

@Suite struct `A frame of another format` {
    @Test func `becomes RGB by the system's library`() throws {
        // BGR4 is B, G, R and a byte of nothing.
        let four = format("BGR4", width: 4, height: 2, bytesPerLine: 16, sizeImage: 32)
        #expect(try rgb((0..<8).flatMap { _ in [3, 2, 1, 0] as [UInt8] }, four) == (0..<8).flatMap { _ in [1, 2, 3] })
        // YVYU without colour is grey.
        let yvyu = format("YVYU", width: 4, height: 2, bytesPerLine: 8, sizeImage: 16)
        let grey = try rgb((0..<8).flatMap { _ in [126, 128] as [UInt8] }, yvyu)
        #expect(grey.count == 24)
        #expect(Set(grey).count == 1)
    }

    @Test func `is refused when the library does not know it or its bytes are not all there`() throws {
        let unknown = format("ZZZZ", width: 4, height: 2, bytesPerLine: 8, sizeImage: 16)
        #expect(throws: V4L2Error.notConvertible(FourCC("ZZZZ"))) { try rgb([UInt8](repeating: 0, count: 16), unknown) }
        // The driver calls one row a picture.
        let short = format("YVYU", width: 4, height: 2, bytesPerLine: 8, sizeImage: 8)
        #expect(throws: V4L2Error.notConvertible(FourCC("YVYU"))) { try rgb([UInt8](repeating: 0, count: 8), short) }
        let cut = format("YVYU", width: 4, height: 2, bytesPerLine: 8, sizeImage: 16)
        #expect(throws: V4L2Error.notConvertible(FourCC("YVYU"))) { try rgb([UInt8](repeating: 0, count: 15), cut) }
        let wide = format("YVYU", width: 4, height: 2, bytesPerLine: 1 << 19, sizeImage: 16)
        #expect(throws: V4L2Error.notConvertible(FourCC("YVYU"))) { try rgb([UInt8](repeating: 0, count: 16), wide) }
        let jpeg = format("MJPG", width: 4, height: 2, bytesPerLine: 0, sizeImage: 16)
        #expect(throws: V4L2Error.notConvertible(FourCC("MJPG"))) { try rgb([UInt8](repeating: 0, count: 16), jpeg) }
    }

    @Test func `is named by the code that a person typed`() {
        #expect(FourCC(parsing: "Y10") == FourCC("Y10 "))
        for text in ["", "YUYV2", "Y 10", "Y1\u{E9}"] { #expect(FourCC(parsing: text) == nil) }
    }
}
