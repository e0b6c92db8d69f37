import MaskAudit
import Testing

@Suite struct `A PPM` {
    private func file(_ header: String, _ samples: [UInt8]) -> [UInt8] { Array(header.utf8) + samples }

    @Test func `is read with its comments`() throws {
        let picture = try RGBPicture(ppm: file("P6 # made by hand\n2\t1 #\n255\n", [1, 2, 3, 4, 5, 6]))
        #expect(picture.width == 2)
        #expect(picture.height == 1)
        #expect(picture.samples == [1, 2, 3, 4, 5, 6])
    }

    @Test func `begins its samples after one byte of white space`() throws {
        #expect(try RGBPicture(ppm: file("P6 1 1 255\n", [10, 32, 9])).samples == [10, 32, 9])
    }

    @Test func `has as many samples as it says`() {
        #expect(throws: PPMError.size(2, expected: 3)) { try RGBPicture(ppm: file("P6 1 1 255\n", [1, 2])) }
        #expect(throws: PPMError.size(4, expected: 3)) { try RGBPicture(ppm: file("P6 1 1 255\n", [1, 2, 3, 4])) }
    }

    @Test(arguments: [
        ("P5 1 1 255\n", PPMError.header), ("P6", .header), ("P6 1 1", .header), ("P61 1 255\n", .header),
        ("P6 -1 1 255\n", .header), ("P6 1234567 1 255\n", .header), ("P6 1 1 65535\n", .depth(65535)),
        ("P6 0 1 255\n", .dimensions(width: 0, height: 1)), ("P6 1 16385 255\n", .dimensions(width: 1, height: 16385)),
        ("P6 16384 16384 255\n", .dimensions(width: 16384, height: 16384)),
    ])
    func `that is none of ours is refused by name`(_ header: String, _ error: PPMError) {
        #expect(throws: error) { try RGBPicture(ppm: file(header, [0, 0, 0])) }
    }
}
