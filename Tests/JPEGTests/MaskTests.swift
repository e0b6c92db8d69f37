import JPEG
import PixelLoops
import Testing

/// Chroma kinds with their sampling factors.
enum Kind: String, CaseIterable, CustomTestStringConvertible {
    case grey, greyOfFour, s444, s422, s420, s422OfFour

    var testDescription: String { rawValue }

    var factors: [(across: Int, down: Int)] {
        switch self {
        case .grey: [(1, 1)]
        case .greyOfFour: [(2, 2)]
        case .s444: [(1, 1), (1, 1), (1, 1)]
        case .s422: [(2, 1), (1, 1), (1, 1)]
        case .s420: [(2, 2), (1, 1), (1, 1)]
        case .s422OfFour: [(2, 2), (1, 2), (1, 2)]
        }
    }
}

func rectangle(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> PixelRectangle {
    guard let rectangle = PixelRectangle(x: x, y: y, width: width, height: height, inside: 16384, by: 16384)
    else { preconditionFailure("a test's rectangle lies outside") }
    return rectangle
}

func masked(_ file: [UInt8], _ rectangles: [PixelRectangle]) throws(JPEGError) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: try JPEGHeader(parsing: file.span).maskedBound)
    var span = output.mutableSpan
    let count = try maskJPEG(file.span, rectangles, into: &span)
    return Array(output[..<count])
}

func decoded(
    _ file: [UInt8], at scale: JPEGScale = .full, as channels: JPEGChannels = .rgb
) throws(JPEGError) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: try JPEGHeader(parsing: file.span).decodedCount(at: scale, channels))
    var span = output.mutableSpan
    try decodeJPEG(file.span, at: scale, as: channels, into: &span)
    return output
}

/// Marker codes before the scan, and the entropy-coded bytes.
private func taken(apart file: [UInt8]) -> (markers: [UInt8], scan: [UInt8]) {
    var markers: [UInt8] = []
    var place = 2
    while file[place + 1] != 0xDA {
        markers.append(file[place + 1])
        place += 2 + Int(file[place + 2]) << 8 + Int(file[place + 3])
    }
    place += 2 + Int(file[place + 2]) << 8 + Int(file[place + 3])
    return (markers, Array(file[place..<file.count - 2]))
}

@Suite struct `Masking a JPEG` {
    static let sizes = [(45, 37), (64, 48), (7, 3)]

    @Test(arguments: Kind.allCases, [0, 3]) func `is exact to the bit`(_ kind: Kind, _ restart: Int) throws {
        for (width, height) in Self.sizes {
            var picture = CoefficientPicture(width, height, kind.factors, seed: UInt64(width))
            picture.restart = restart
            let areas = [rectangle(width / 2, height / 2, 1, 1), rectangle(0, 0, width / 4 + 1, 2)]
            for rectangles in [[], areas, [rectangle(0, 0, width, height)], [rectangle(width - 1, height - 1, 1, 1)]] {
                let expected = picture.emptied(rectangles)
                for file in [picture.file(), picture.file(.left)] {
                    let result = try masked(file, rectangles)
                    // An independent coder of the emptied coefficients writes the same entropy-coded bytes.
                    #expect(taken(apart: result).scan == expected.scan())
                    try verifyMask(original: file.span, masked: result.span, rectangles)
                    let header = try JPEGHeader(parsing: result.span)
                    #expect(header.count == result.count && header.restartInterval == restart)
                }
            }
        }
    }

    @Test(arguments: Kind.allCases) func `leaves mid-grey inside and every pixel outside`(_ kind: Kind) throws {
        let file = CoefficientPicture(45, 37, kind.factors).file()
        let area = rectangle(20, 10, 9, 12)
        let covered = try #require(try JPEGHeader(parsing: file.span).covered(by: area))
        let before = try decoded(file)
        let after = try decoded(try masked(file, [area]))
        for y in 0..<37 {
            for x in 0..<45 {
                let inside = x >= covered.x && x < covered.right && y >= covered.y && y < covered.bottom
                for index in (y * 45 + x) * 3..<(y * 45 + x) * 3 + 3 {
                    #expect(after[index] == (inside ? 128 : before[index]))
                }
            }
        }
        #expect(covered.x <= 20 && covered.right >= 29 && covered.y <= 10 && covered.bottom >= 22)
    }

    @Test func `leaves no metadata, no thumbnail and nothing behind the picture`() throws {
        let thumbnail = CoefficientPicture(16, 16, Kind.grey.factors).file()
        let exif = Array("Exif\0\0".utf8) + thumbnail
        let comment = Array("Anna".utf8)
        let extra: [UInt8] =
            [0xFF, 0xE1, UInt8((exif.count + 2) >> 8), UInt8((exif.count + 2) & 255)] + exif
            + [0xFF, 0xFE, 0, UInt8(comment.count + 2)] + comment
        let file = CoefficientPicture(45, 37, Kind.s420.factors).file(extra: extra) + thumbnail
        #expect(try JPEGHeader(parsing: file.span).metadata == 0xE1)
        for rectangles in [[], [rectangle(1, 1, 5, 5)]] {
            let result = try masked(file, rectangles)
            let markers = taken(apart: result).markers
            #expect(markers.allSatisfy { [0xDB, 0xC0, 0xC4].contains($0) } && markers.contains(0xC4))
            #expect(try JPEGHeader(parsing: result.span).metadata == nil)
        }
        #expect(throws: JPEGError.metadata(0xE1)) {
            let dirty = CoefficientPicture(45, 37, Kind.s420.factors).file(extra: extra)
            try verifyMask(original: file.span, masked: dirty.span, [])
        }
    }

    @Test func `keeps the markers that say how colours are meant`() throws {
        var picture = CoefficientPicture(16, 16, Kind.s444.factors)
        let adobe: [UInt8] = [0xFF, 0xEE, 0, 14] + Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 0]
        let red = picture.file(extra: adobe)
        #expect(try JPEGHeader(parsing: red.span).colour == .rgb)
        let result = try masked(red, [])
        #expect(try JPEGHeader(parsing: result.span).colour == .rgb)
        #expect(try decoded(result) == decoded(red))
        picture.names = [0x52, 0x47, 0x42]
        let jfif: [UInt8] = [0xFF, 0xE0, 0, 16] + Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0]
        let named = picture.file(extra: jfif)
        #expect(try JPEGHeader(parsing: named.span).colour == .yCbCr)
        #expect(try decoded(try masked(named, [])) == decoded(named))
    }

    @Test func `wipes the output and says so when it does not fit`() throws {
        let file = CoefficientPicture(45, 37, Kind.s420.factors).file()
        var output = [UInt8](repeating: 7, count: 900)
        var span = output.mutableSpan
        #expect(throws: JPEGError.outputFull(900)) { try maskJPEG(file.span, [], into: &span) }
        #expect(output == [UInt8](repeating: 0, count: 900))
    }

    @Test func `refuses coefficients that baseline cannot code`() {
        var picture = CoefficientPicture(16, 8, Kind.grey.factors)
        picture.blocks[0][0][0][0] = 900
        picture.blocks[0][0][1][0] = 1500
        #expect(throws: JPEGError.self) { try masked(picture.file(), []) }
    }

    @Test func `refuses a rectangle outside`() {
        let file = CoefficientPicture(16, 16, Kind.grey.factors).file()
        #expect(throws: JPEGError.rectangle(rectangle(10, 0, 7, 1))) { try masked(file, [rectangle(10, 0, 7, 1)]) }
    }
}

@Suite struct `Proving a mask` {
    let picture = CoefficientPicture(45, 37, Kind.s420.factors)
    let area = rectangle(20, 10, 9, 12)

    @Test func `finds one coefficient left inside`() {
        var left = picture.emptied([area])
        left.blocks[2][1][1][63] = 1
        #expect(throws: JPEGError.leftInside) {
            try verifyMask(original: picture.file().span, masked: left.file().span, [area])
        }
    }

    @Test func `finds one coefficient changed outside`() {
        var changed = picture.emptied([area])
        changed.blocks[0][0][0][5] += 1
        #expect(throws: JPEGError.changedOutside) {
            try verifyMask(original: picture.file().span, masked: changed.file().span, [area])
        }
    }

    @Test func `finds other quantisation, another shape and bytes behind`() {
        var file = picture.emptied([area]).file()
        #expect(throws: JPEGError.size(file.count + 1)) {
            try verifyMask(original: picture.file().span, masked: (file + [0]).span, [area])
        }
        file[10] = 2
        #expect(throws: JPEGError.shape) { try verifyMask(original: picture.file().span, masked: file.span, [area]) }
        let other = CoefficientPicture(45, 36, Kind.s420.factors).file()
        #expect(throws: JPEGError.shape) { try verifyMask(original: picture.file().span, masked: other.span, []) }
    }
}
