import DICOM
import JPEG
import JPEGLS
import PNG

/// The picture of a DICOM object as PNG: the same samples, for people who have no viewer at hand.
///
/// - Parameter bytes: a whole Part-10 file.
func pngOfDICOM(_ bytes: [UInt8]) throws -> [UInt8] {
    let file = try DICOMFile(parsing: bytes.span)
    let coded = bytes.span.extracting(file.fragment)
    let picture = file.picture
    switch picture.coding {
    case .jpeg(let colour):
        let channels = colour == .grey ? JPEGChannels.luma : .rgb
        let header = try JPEGHeader(parsing: coded)
        try require(header.width == picture.width && header.height == picture.height)
        var samples = [UInt8](repeating: 0, count: header.decodedCount(at: .full, channels))
        var output = samples.mutableSpan
        try decodeJPEG(coded, at: .full, as: channels, into: &output)
        return try writePNG(
            samples.span, width: header.width, height: header.height, channels: channels.rawValue)
    case .losslessRGB, .losslessGrey:
        let shape = try JPEGLSShape(parsing: coded)
        try require(shape.width == picture.width && shape.height == picture.height)
        var samples = [UInt8](repeating: 0, count: shape.count)
        var output = samples.mutableSpan
        try decodeJPEGLS(coded, into: &output)
        guard case .losslessGrey(let bits) = picture.coding, bits > 8 else {
            return try writePNG(
                samples.span, width: shape.width, height: shape.height, channels: shape.components)
        }
        try require(shape.bits == bits)
        return try writePNG16(samples.span, width: shape.width, height: shape.height, bits: bits)
    }
}

/// A coded picture whose own header contradicts the DICOM object around it is not shown as either.
private func require(_ agrees: Bool) throws {
    guard agrees else { throw ClinicError.unusable("the coded picture is not the one the object describes") }
}
