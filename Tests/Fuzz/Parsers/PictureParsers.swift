import DICOM
import JPEG
import JPEGLS
import MaskAudit
import PNG
import PixelLoops

extension ForeignParser {
    static let pictures = [
        ForeignParser("jpeg", takesJPEG),
        ForeignParser("jpeg-ls") { bytes in
            guard let shape = try? JPEGLSShape(parsing: bytes.span), shape.count < 1 << 16 else { return false }
            var samples = [UInt8](repeating: 0, count: shape.count)
            var span = samples.mutableSpan
            do { try decodeJPEGLS(bytes.span, into: &span) } catch { return false }
            return true
        },
        ForeignParser("png") { bytes in
            guard let shape = try? PNGShape(parsing: bytes.span), shape.count < 1 << 16 else { return false }
            var samples = [UInt8](repeating: 0, count: shape.count)
            var span = samples.mutableSpan
            do { _ = try readPNG(bytes.span, into: &span) } catch { return false }
            return true
        },
        ForeignParser("ppm") { bytes in
            guard let picture = try? RGBPicture(ppm: bytes) else { return false }
            precondition(picture.samples.count == 3 * picture.width * picture.height, "other samples than promised")
            return true
        },
        ForeignParser("dicom") { bytes in
            guard let file = try? DICOMFile(parsing: bytes.span) else { return false }
            precondition(file.fragment.upperBound <= bytes.count && !file.fragment.isEmpty, "a fragment outside")
            precondition(file.elements.allSatisfy { $0.value.upperBound <= bytes.count }, "a value beyond its file")
            return true
        },
    ]

    /// Refused by name, or a picture whose masked copy can be proved masked.
    private static func takesJPEG(_ bytes: [UInt8]) -> Bool {
        do throws(JPEGError) {
            let header = try JPEGHeader(parsing: bytes.span)
            guard header.width * header.height <= 1 << 20 else { return false }
            let scale: JPEGScale = header.width % 2 == 0 ? .quarter : .full
            var pixels = [UInt8](repeating: 0, count: header.decodedCount(at: scale, .rgb))
            var pixelSpan = pixels.mutableSpan
            try decodeJPEG(bytes.span, at: scale, as: .rgb, into: &pixelSpan)
            guard
                let rectangle = PixelRectangle(
                    x: header.width / 3, y: header.height / 3, width: header.width / 3 + 1,
                    height: header.height / 3 + 1, inside: header.width, by: header.height)
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
}
