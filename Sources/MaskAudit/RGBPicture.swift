/// A file is not a binary PPM that is taken.
package enum PPMError: Error, Equatable {
    /// It does not begin with `P6` and three numbers.
    case header
    /// Pixels, outside the bounds.
    case dimensions(width: Int, height: Int)
    /// The largest sample value; only 255 is taken.
    case depth(Int)
    /// Bytes of samples where another number was promised.
    case size(Int, expected: Int)
}

/// A picture in memory: interleaved 8-bit sRGB, rows without padding.
package struct RGBPicture: Equatable, Sendable {
    /// Pixels, 1 to 16384.
    package let width: Int
    /// Pixels, 1 to 16384.
    package let height: Int
    /// 3 x `width` x `height` bytes.
    package internal(set) var samples: [UInt8]

    package static let mostAcross = 16384
    package static let mostPixels = 1 << 26

    /// - Throws: `dimensions` outside the bounds, `size` where the samples are not as many as that.
    package init(width: Int, height: Int, samples: [UInt8]) throws(PPMError) {
        let sides = 1...Self.mostAcross
        guard sides.contains(width), sides.contains(height), width * height <= Self.mostPixels else {
            throw .dimensions(width: width, height: height)
        }
        guard samples.count == 3 * width * height else {
            throw .size(samples.count, expected: 3 * width * height)
        }
        self.width = width
        self.height = height
        self.samples = samples
    }

    /// For pictures made from one that is within the bounds.
    init(checked width: Int, _ height: Int, _ samples: [UInt8]) {
        precondition(samples.count == 3 * width * height)
        self.width = width
        self.height = height
        self.samples = samples
    }

    /// Reads one binary PPM (netpbm, ppm(5)) with 255 as the largest value; nothing may follow it.
    package init(ppm bytes: [UInt8]) throws(PPMError) {
        var header = HeaderReader(bytes)
        guard bytes.starts(with: Array("P6".utf8)) else { throw .header }
        header.place = 2
        let (width, height, largest) = (try header.number(), try header.number(), try header.number())
        guard largest == 255 else { throw .depth(largest) }
        // One byte of white space, and then the samples: a second one would be a sample.
        guard header.place < bytes.count, HeaderReader.isSpace(bytes[header.place]) else { throw .header }
        try self.init(width: width, height: height, samples: Array(bytes.dropFirst(header.place + 1)))
    }
}

/// Numbers between white space and comments.
private struct HeaderReader {
    private let bytes: [UInt8]
    var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

    mutating func number() throws(PPMError) -> Int {
        let start = place
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "#") {
                while place < bytes.count, bytes[place] != 10 { place += 1 }
            } else if Self.isSpace(bytes[place]) {
                place += 1
            } else {
                break
            }
        }
        guard place > start else { throw .header }
        var value = 0
        let first = place
        while place < bytes.count, (48...57).contains(bytes[place]) {
            value = value * 10 + Int(bytes[place] - 48)
            place += 1
            guard place - first <= 6 else { throw .header }
        }
        guard place > first else { throw .header }
        return value
    }
}
