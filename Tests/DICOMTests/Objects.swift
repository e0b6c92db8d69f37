import DICOM
import JPEG
import JPEGLS
import PixelLoops
import Testing

/// Pictures as a station makes them, small.
enum Sample: String, CaseIterable, CustomTestStringConvertible {
    case jpegGrey, jpegFull, jpeg422, jpeg420, losslessRGB, losslessGrey8, losslessGrey12

    var testDescription: String { rawValue }

    /// Coded bytes and their description.
    func picture() throws -> (bytes: [UInt8], picture: DICOMPicture) {
        switch self {
        case .jpegGrey: try jpeg(8, 8, [0x11], scan: [0x2B], .grey)
        case .jpegFull: try jpeg(8, 8, [0x11, 0x11, 0x11], scan: [0x28, 0x03], .yCbCr)
        case .jpeg422: try jpeg(16, 8, [0x21, 0x11, 0x11], scan: [0x28, 0xA0, 0x0F], .yCbCr)
        case .jpeg420: try jpeg(15, 13, [0x22, 0x11, 0x11], scan: [0x28, 0xA2, 0x8A, 0x00], .yCbCr)
        case .losslessRGB: try lossless(bits: 8, components: 3, .losslessRGB)
        case .losslessGrey8: try lossless(bits: 8, components: 1, .losslessGrey(bits: 8))
        case .losslessGrey12: try lossless(bits: 12, components: 1, .losslessGrey(bits: 12))
        }
    }

    /// A mid-grey JPEG; masking gives it its Huffman tables.
    private func jpeg(
        _ width: UInt8, _ height: UInt8, _ factors: [UInt8], scan: [UInt8], _ colour: DICOMPicture.JPEGColour
    ) throws -> (bytes: [UInt8], picture: DICOMPicture) {
        var file: [UInt8] = [0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0] + Array(repeating: 1, count: 64)
        let count = UInt8(factors.count)
        file += [0xFF, 0xC0, 0, 8 + 3 * count, 8, 0, height, 0, width, count]
        for (index, factor) in factors.enumerated() { file += [UInt8(index + 1), factor, 0] }
        file += [0xFF, 0xDA, 0, 6 + 2 * count, count]
        for index in 0..<count { file += [index + 1, index == 0 ? 0x00 : 0x11] }
        file += [0, 63, 0] + scan + [0xFF, 0xD9]
        var masked = [UInt8](repeating: 0, count: try JPEGHeader(parsing: file.span).maskedBound)
        var span = masked.mutableSpan
        let written = try maskJPEG(file.span, [], into: &span)
        let picture = try DICOMPicture(width: Int(width), height: Int(height), coding: .jpeg(colour))
        return (Array(masked[..<written]), picture)
    }

    private func lossless(
        bits: Int, components: Int, _ coding: DICOMPicture.Coding
    ) throws -> (bytes: [UInt8], picture: DICOMPicture) {
        let shape = try JPEGLSShape(width: 31, height: 17, bits: bits, components: components)
        let samples = (0..<shape.count).map { (index: Int) -> UInt8 in
            // The upper byte of a 12-bit sample has 4 bits.
            if bits > 8, index % 2 == 1 { return UInt8(index % 16) }
            return UInt8(truncatingIfNeeded: index * 3)
        }
        var coded = [UInt8](repeating: 0, count: shape.codedBound)
        var span = coded.mutableSpan
        let written = try encodeJPEGLS(samples.span, shape, into: &span)
        return (Array(coded[..<written]), try DICOMPicture(width: 31, height: 17, coding: coding))
    }
}

func object(
    _ kind: DICOMObject.Kind, _ picture: DICOMPicture, faces: DICOMObject.Faces = .overwritten
) throws -> DICOMObject {
    try DICOMObject(
        kind: kind, subject: .patient(DICOMText(parsing: "pt_7Q2K9M4T")),
        names: .init(
            study: DICOMUID(bits: 1), series: DICOMUID(bits: 2), instance: DICOMUID(bits: .max),
            frameOfReference: DICOMUID(bits: 3), seriesNumber: 1, instanceNumber: 2),
        acquired: DICOMTime(seconds: 1_795_248_000, microseconds: 5),
        device: .init(
            manufacturer: DICOMText(cleaning: "Acme\\Optics\n"), model: DICOMText(cleaning: "Scope 2"),
            serial: DICOMText(cleaning: ""), software: DICOMText(cleaning: "obscura 0.1"),
            station: DICOMText(cleaning: "derm-03")),
        site: DICOMCode(value: "43067004", scheme: "SCT", meaning: "Scalp"), laterality: .unpaired, faces: faces,
        picture: picture)
}

let dermoscopy = DICOMObject.Kind.dermoscopy(
    .init(
        polarization: .polarized, contact: .contact(.ultrasoundGel), magnificationTenths: 105, emitterKelvin: 5500,
        tracking: (try? DICOMText(parsing: "01HZX")).map { .init(label: $0, uid: DICOMUID(bits: 77)) }))

func file(_ object: DICOMObject, _ bytes: [UInt8]) throws -> [UInt8] {
    let envelope = try object.envelope(pictureBytes: bytes.count)
    return envelope.prefix + bytes + envelope.suffix
}

func read(_ bytes: [UInt8]) throws(DICOMError) -> DICOMFile { try DICOMFile(parsing: bytes.span) }
