import JPEG
import PixelLoops

/// Refused by name, or a picture whose masked copy is proved masked and shows grey where the mask lies and what it
/// showed before elsewhere.
///
/// What follows the picture's end chooses the mask, four bytes a rectangle, so that a fuzzer can move it.
func takesJPEG(_ bytes: [UInt8]) -> Bool {
    do throws(JPEGError) {
        let header = try JPEGHeader(parsing: bytes.span)
        guard header.width * header.height <= 1 << 20 else { return false }
        let rectangles = mask(header, chosenBy: bytes[header.count...])
        let before = try pixels(bytes.span, header)
        var scaled = [UInt8](repeating: 0, count: header.decodedCount(at: .quarter, .luma))
        var scaledSpan = scaled.mutableSpan
        try decodeJPEG(bytes.span, at: .quarter, as: .luma, into: &scaledSpan)
        var masked = [UInt8](repeating: 0, count: header.maskedBound)
        var span = masked.mutableSpan
        let count = try maskJPEG(bytes.span, rectangles, into: &span)
        do throws(JPEGError) {
            let result = masked.span.extracting(0..<count)
            try verifyMask(original: bytes.span, masked: result, rectangles)
            check(try pixels(result, header), against: before, header, rectangles)
        } catch {
            fatalError("a masking that cannot be proved: \(error)")
        }
        return true
    } catch {
        return false
    }
}

/// Two pictures, the first as long as the first two bytes say: refused, or a proof that its pixels bear out.
func takesProof(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 2 else { return false }
    let count = Int(bytes[0]) << 8 | Int(bytes[1])
    guard count + 2 <= bytes.count else { return false }
    let (original, masked) = (Array(bytes[2..<count + 2]), Array(bytes[(count + 2)...]))
    do throws(JPEGError) {
        let header = try JPEGHeader(parsing: original.span)
        guard header.width * header.height <= 1 << 20 else { return false }
        let rectangles = mask(header, chosenBy: [])
        try verifyMask(original: original.span, masked: masked.span, rectangles)
        check(try pixels(masked.span, header), against: try pixels(original.span, header), header, rectangles)
        return true
    } catch {
        return false
    }
}

private func mask(_ header: JPEGHeader, chosenBy bytes: ArraySlice<UInt8>) -> [PixelRectangle] {
    var rest = bytes.prefix(32)
    var rectangles: [PixelRectangle] = []
    while rest.count >= 4 {
        let words = rest.prefix(4).map { Int($0) }
        rest = rest.dropFirst(4)
        // In 1/256 of the picture, so that a byte reaches everywhere.
        if let rectangle = PixelRectangle(
            x: words[0] * header.width / 256, y: words[1] * header.height / 256,
            width: 1 + words[2] * header.width / 256, height: 1 + words[3] * header.height / 256, inside: header.width,
            by: header.height)
        {
            rectangles.append(rectangle)
        }
    }
    if rectangles.isEmpty,
        let third = PixelRectangle(
            x: header.width / 3, y: header.height / 3, width: header.width / 3 + 1, height: header.height / 3 + 1,
            inside: header.width, by: header.height)
    {
        rectangles.append(third)
    }
    return rectangles
}

private func pixels(_ bytes: Span<UInt8>, _ header: JPEGHeader) throws(JPEGError) -> [UInt8] {
    var pixels = [UInt8](repeating: 0, count: header.decodedCount(at: .full, .rgb))
    var span = pixels.mutableSpan
    try decodeJPEG(bytes, at: .full, as: .rgb, into: &span)
    return pixels
}

private func check(_ after: [UInt8], against before: [UInt8], _ header: JPEGHeader, _ rectangles: [PixelRectangle]) {
    let areas = rectangles.compactMap { header.covered(by: $0) }
    var place = 0
    for y in 0..<header.height {
        for x in 0..<header.width {
            let inside = areas.contains { x >= $0.x && x < $0.right && y >= $0.y && y < $0.bottom }
            for _ in 0..<3 {
                precondition(after[place] == (inside ? 128 : before[place]), "a mask that its pixels do not bear out")
                place += 1
            }
        }
    }
}
