import JPEGLS
import PNG
import Testing

/// Samples of a gradient with noise, masked to their bits.
private func samples(_ shape: JPEGLSShape, seed: UInt64 = 3) -> [UInt8] {
    var state = seed
    var bytes: [UInt8] = []
    for index in 0..<shape.width * shape.height * shape.components {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let value = UInt16(truncatingIfNeeded: index * 5 + Int(state >> 60)) & UInt16((1 << shape.bits) - 1)
        bytes.append(UInt8(value & 0xFF))
        if shape.bits > 8 { bytes.append(UInt8(value >> 8)) }
    }
    return bytes
}

private func encoded(_ bytes: [UInt8], _ shape: JPEGLSShape) throws(JPEGLSError) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: shape.codedBound)
    var span = output.mutableSpan
    let count = try encodeJPEGLS(bytes.span, shape, into: &span)
    return Array(output[..<count])
}

private func decoded(_ file: [UInt8]) throws(JPEGLSError) -> [UInt8] {
    var output = [UInt8](repeating: 9, count: try JPEGLSShape(parsing: file.span).count)
    var span = output.mutableSpan
    try decodeJPEGLS(file.span, into: &span)
    return output
}

@Suite struct `Lossless JPEG-LS` {
    @Test(arguments: [8, 9, 10, 12, 15, 16], [1, 3]) func `gives every sample back`(_ bits: Int, _ components: Int)
        throws
    {
        for (width, height) in [(1, 1), (17, 5), (64, 33)] {
            let shape = try JPEGLSShape(width: width, height: height, bits: bits, components: components)
            let file = try encoded(samples(shape), shape)
            #expect(try JPEGLSShape(parsing: file.span) == shape)
            #expect(try decoded(file) == samples(shape))
            #expect(try decoded(file + [0]) == samples(shape))
        }
    }

    @Test func `fits noise into its bound`() throws {
        let shape = try JPEGLSShape(width: 200, height: 200, bits: 8, components: 3)
        var state: UInt64 = 1
        let noise = (0..<shape.count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return UInt8(state >> 56)
        }
        #expect(try decoded(try encoded(noise, shape)) == noise)
    }

    @Test func `refuses wrong sizes and near-lossless files`() throws {
        #expect(throws: JPEGLSError.shape(width: 1, height: 1, bits: 7, components: 1)) {
            try JPEGLSShape(width: 1, height: 1, bits: 7, components: 1)
        }
        let shape = try JPEGLSShape(width: 9, height: 9, bits: 8, components: 1)
        #expect(throws: JPEGLSError.size(80, expected: 81)) { try encoded(Array(repeating: 0, count: 80), shape) }
        var near = try encoded(samples(shape), shape)
        let scan = try #require(near.indices.dropLast().first { near[$0] == 0xFF && near[$0 + 1] == 0xDA })
        near[scan + 7] = 2
        #expect(throws: JPEGLSError.notTaken) { try JPEGLSShape(parsing: near.span) }
        var small = [UInt8](repeating: 1, count: 20)
        var span = small.mutableSpan
        #expect(throws: JPEGLSError.self) { try encodeJPEGLS(samples(shape).span, shape, into: &span) }
        #expect(small == [UInt8](repeating: 0, count: 20))
    }

    @Test func `comes back from a file cut anywhere`() throws {
        let shape = try JPEGLSShape(width: 20, height: 10, bits: 8, components: 3)
        let file = try encoded(samples(shape), shape)
        // CharLS 2.4.1 alone would not come back from these.
        for count in 0..<file.count {
            #expect(throws: JPEGLSError.self) { try decoded(Array(file[..<count])) }
            // The last bytes may be nothing but padding bits.
            guard count < file.count - 8 else { continue }
            #expect(throws: JPEGLSError.self) { try decoded(Array(file[..<count]) + [0xFF, 0xD9]) }
        }
    }
}

@Suite struct `A PNG` {
    private func read(_ file: [UInt8]) throws(PNGError) -> [UInt8] {
        var output = [UInt8](repeating: 9, count: try PNGShape(parsing: file.span).count)
        var span = output.mutableSpan
        try readPNG(file.span, into: &span)
        return output
    }

    /// 3 x 2 of one colour and one other pixel, with transparency, with a palette, and of 16 bits.
    private static let fromElsewhere: [[UInt8]] = [
        [
            0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
            0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x02, 0x08, 0x06, 0x00, 0x00, 0x00, 0x9d, 0x74, 0x66,
            0x1a, 0x00, 0x00, 0x00, 0x1b, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xe4, 0x12, 0x91, 0x63,
            0x80, 0x01, 0x26, 0x06, 0x06, 0x06, 0x86, 0x7d, 0x01, 0x22, 0x0d, 0x0c, 0x0c, 0x0c, 0x0c, 0x00,
            0x10, 0xf2, 0x01, 0xe2, 0xee, 0xed, 0x38, 0x5d, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44,
            0xae, 0x42, 0x60, 0x82,
        ],
        [
            0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
            0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x02, 0x01, 0x03, 0x00, 0x00, 0x00, 0xa7, 0xba, 0xf4,
            0x59, 0x00, 0x00, 0x00, 0x06, 0x50, 0x4c, 0x54, 0x45, 0xc8, 0x64, 0x32, 0x0a, 0x14, 0x1e, 0xb7,
            0x7a, 0xab, 0x51, 0x00, 0x00, 0x00, 0x01, 0x74, 0x52, 0x4e, 0x53, 0x00, 0x40, 0xe6, 0xd8, 0x66,
            0x00, 0x00, 0x00, 0x0c, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x78, 0xc0, 0x74, 0x00, 0x00,
            0x03, 0x68, 0x01, 0xa3, 0xaa, 0x68, 0xe9, 0x42, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44,
            0xae, 0x42, 0x60, 0x82,
        ],
        [
            0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
            0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x02, 0x10, 0x02, 0x00, 0x00, 0x00, 0x42, 0x86, 0x2d,
            0x0e, 0x00, 0x00, 0x00, 0x1b, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0xe0, 0xe2, 0x12, 0x11,
            0x91, 0x93, 0x43, 0x26, 0x19, 0x20, 0xd4, 0x89, 0x13, 0x29, 0x29, 0x46, 0x46, 0x10, 0x36, 0x00,
            0x4b, 0xe4, 0x05, 0x15, 0x70, 0x06, 0x6c, 0xc1, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44,
            0xae, 0x42, 0x60, 0x82,
        ],
    ]

    @Test(arguments: fromElsewhere) func `of another program is read as its colours`(_ file: [UInt8]) throws {
        var expected: [UInt8] = []
        for place in 0..<6 { expected += place == 4 ? [200, 100, 50] : [10, 20, 30] }
        #expect(try read(file) == expected)
    }

    @Test(arguments: [1, 3]) func `gives 8-bit samples back`(_ channels: Int) throws {
        let bytes = (0..<13 * 7 * channels).map { UInt8($0 * 7 & 255) }
        let file = try writePNG(bytes.span, width: 13, height: 7, channels: channels)
        #expect(try read(file) == bytes)
    }

    @Test func `keeps the samples of 12 bits in the upper bits and says so`() throws {
        let file = try writePNG16([0xFF, 0x0F, 0x01, 0x08].span, width: 2, height: 1, bits: 12)
        #expect(try PNGShape(parsing: file.span).significant == 12)
        #expect(try read(file) == [0xFF, 0xFF, 0x80, 0x18])
    }

    @Test func `is refused when cut short or damaged`() throws {
        let file = try writePNG([UInt8](repeating: 5, count: 400).span, width: 20, height: 20, channels: 1)
        for count in 0..<file.count { #expect(throws: PNGError.self) { try read(Array(file[..<count])) } }
        for place in file.indices {
            var hostile = file
            hostile[place] ^= 0x21
            #expect(throws: PNGError.self) { try read(hostile) }
        }
    }
}
