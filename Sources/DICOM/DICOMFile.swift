/// A Part-10 file with one encapsulated picture, read strictly: explicit VR little endian, tags rising, JPEG baseline
/// or lossless JPEG-LS, one fragment.
package struct DICOMFile: Sendable {
    /// One element of the data set: its value representation and where its value lies in the file.
    package struct Element: Sendable, Equatable {
        package let tag: DICOMTag
        package let representation: String
        package let value: Range<Int>
    }

    package let transferSyntax: DICOMUID
    /// The elements of file header and data set; those within sequences are only checked.
    package let elements: [Element]
    /// Where the coded picture lies in the file; a padding byte may be its last.
    package let fragment: Range<Int>
    /// The picture as the elements describe it.
    package let picture: DICOMPicture

    private let values: [DICOMTag: [UInt8]]

    /// The largest file, in bytes.
    package static let mostBytes = 1 << 30

    package init(parsing bytes: Span<UInt8>) throws(DICOMError) {
        guard bytes.count <= Self.mostBytes else { throw .tooMany }
        var reader = try ElementReader(bytes)
        var values: [DICOMTag: [UInt8]] = [:]
        var elements: [Element] = []
        while let element = try reader.next(bytes) {
            elements.append(element)
            // Only short values are kept: names, numbers, codes.
            if element.representation != "SQ", element.value.count <= 1024 {
                values[element.tag] = element.value.map { bytes[$0] }
            }
        }
        self.values = values
        self.elements = elements
        fragment = try reader.fragment(bytes)
        let syntax = try Self.text(DICOMTag(0x0002, 0x0010), in: values)
        transferSyntax = try DICOMUID(parsing: syntax)
        picture = try Self.picture(transferSyntax, values)
    }

    /// An element's text without padding; nil when it is not there or longer than 1024 bytes.
    package func text(_ group: UInt16, _ element: UInt16) -> String? {
        try? Self.text(DICOMTag(group, element), in: values)
    }

    private static func text(_ tag: DICOMTag, in values: [DICOMTag: [UInt8]]) throws(DICOMError) -> String {
        guard var value = values[tag] else { throw .missing(tag) }
        while let last = value.last, last == 0 || last == 0x20 { value.removeLast() }
        guard let text = String(validating: value, as: UTF8.self) else { throw .text("") }
        return text
    }

    private static func number(
        _ group: UInt16, _ element: UInt16, _ values: [DICOMTag: [UInt8]]
    ) throws(DICOMError) -> Int {
        guard let value = values[DICOMTag(group, element)], value.count == 2 else {
            throw .missing(DICOMTag(group, element))
        }
        return Int(value[0]) | Int(value[1]) << 8
    }

    private static func picture(
        _ syntax: DICOMUID, _ values: [DICOMTag: [UInt8]]
    ) throws(DICOMError) -> DICOMPicture {
        let samples = try number(0x0028, 0x0002, values)
        let bits = try number(0x0028, 0x0101, values)
        let allocated = try number(0x0028, 0x0100, values)
        let high = try number(0x0028, 0x0102, values)
        let meaning = try text(DICOMTag(0x0028, 0x0004), in: values)
        guard allocated == (bits > 8 ? 16 : 8), high == bits - 1, try number(0x0028, 0x0103, values) == 0
        else { throw .picture }
        let coding: DICOMPicture.Coding
        switch (syntax, samples, meaning) {
        case (.jpegBaseline, 1, "MONOCHROME2") where bits == 8: coding = .jpeg(.grey)
        case (.jpegBaseline, 3, "YBR_FULL_422") where bits == 8: coding = .jpeg(.yCbCr)
        case (.jpegBaseline, 3, "RGB") where bits == 8: coding = .jpeg(.rgb)
        case (.jpegLSLossless, 1, "MONOCHROME2"): coding = .losslessGrey(bits: bits)
        case (.jpegLSLossless, 3, "RGB") where bits == 8: coding = .losslessRGB
        case (.jpegBaseline, _, _), (.jpegLSLossless, _, _): throw .picture
        default: throw .transferSyntax(syntax.text)
        }
        return try DICOMPicture(
            width: try number(0x0028, 0x0011, values), height: try number(0x0028, 0x0010, values), coding: coding)
    }
}
