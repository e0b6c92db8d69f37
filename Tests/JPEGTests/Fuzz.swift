import JPEG
import PixelLoops

/// Any bytes: either refused by name, or a picture whose masked copy can be proved masked.
///
/// - Returns: true when the bytes were taken.
func fuzz(_ bytes: [UInt8]) -> Bool {
    do throws(JPEGError) {
        let header = try JPEGHeader(parsing: bytes.span)
        if header.width * header.height > 1 << 20 { return false }
        let scale: JPEGScale = header.width % 2 == 0 ? .quarter : .full
        var pixels = [UInt8](repeating: 0, count: header.decodedCount(at: scale, .rgb))
        var pixelSpan = pixels.mutableSpan
        try decodeJPEG(bytes.span, at: scale, as: .rgb, into: &pixelSpan)
        guard
            let rectangle = PixelRectangle(
                x: header.width / 3, y: header.height / 3, width: header.width / 3 + 1, height: header.height / 3 + 1,
                inside: header.width, by: header.height)
        else { return false }
        var masked = [UInt8](repeating: 0, count: header.maskedBound)
        var span = masked.mutableSpan
        let count = try maskJPEG(bytes.span, [rectangle], into: &span)
        do throws(JPEGError) {
            try verifyMask(original: bytes.span, masked: masked.span.extracting(0..<count), [rectangle])
        } catch {
            fatalError("a masking that cannot be proved: \(error)")
        }
        return true
    } catch {
        return false
    }
}
