import DICOM
import JPEG
import JPEGLS
import PNG
import PixelLoops

extension ForeignParser {
    /// What needs nothing but libraries for pictures: a build of a few minutes.
    package static let pictures = [
        ForeignParser("jpeg", takesJPEG),
        ForeignParser("jpeg-proof", takesProof),
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
        ForeignParser("dicom") { bytes in
            guard let file = try? DICOMFile(parsing: bytes.span) else { return false }
            precondition(file.fragment.upperBound <= bytes.count && !file.fragment.isEmpty, "a fragment outside")
            precondition(file.elements.allSatisfy { $0.value.upperBound <= bytes.count }, "a value beyond its file")
            return true
        },
    ]
}
