/// Data elements in explicit VR little endian (PS3.5, 7.1.2), in the order in which they are put.
struct DICOMWriter {
    private(set) var bytes: [UInt8] = []

    /// Text padded to an even length with a space, or with a zero byte for UI.
    mutating func put(_ group: UInt16, _ element: UInt16, _ representation: String, _ text: String) {
        var value = Array(text.utf8)
        if value.count % 2 == 1 { value.append(representation == "UI" ? 0 : 0x20) }
        put(group, element, representation, bytes: value)
    }

    mutating func put(_ group: UInt16, _ element: UInt16, _ uid: DICOMUID) { put(group, element, "UI", uid.text) }

    mutating func put(_ group: UInt16, _ element: UInt16, number: UInt16) {
        put(group, element, "US", bytes: [UInt8(number & 0xFF), UInt8(number >> 8)])
    }

    /// A sequence of explicit length whose items each write themselves.
    mutating func put(_ group: UInt16, _ element: UInt16, items: [(inout DICOMWriter) -> Void]) {
        var content = DICOMWriter()
        for write in items {
            var item = DICOMWriter()
            write(&item)
            content.tag(0xFFFE, 0xE000)
            content.word(UInt32(item.bytes.count))
            content.bytes += item.bytes
        }
        put(group, element, "SQ", bytes: content.bytes)
    }

    mutating func put(_ group: UInt16, _ element: UInt16, _ code: DICOMCode) {
        put(group, element, items: [{ $0.put(code) }])
    }

    mutating func put(_ code: DICOMCode) {
        put(0x0008, 0x0100, "SH", code.value.text)
        put(0x0008, 0x0102, "SH", code.scheme.text)
        put(0x0008, 0x0104, "LO", code.meaning.text)
    }

    /// A value of even length.
    mutating func put(_ group: UInt16, _ element: UInt16, _ representation: String, bytes value: [UInt8]) {
        header(group, element, representation, count: UInt32(value.count))
        bytes += value
    }

    /// Tag, representation and length; representations with 32-bit lengths have two bytes of nothing before them.
    mutating func header(_ group: UInt16, _ element: UInt16, _ representation: String, count: UInt32) {
        tag(group, element)
        bytes += Array(representation.utf8)
        if ["OB", "OW", "SQ", "UN", "UT", "UC", "UR"].contains(representation) {
            bytes += [0, 0]
            word(count)
        } else {
            bytes += [UInt8(count & 0xFF), UInt8(count >> 8 & 0xFF)]
        }
    }

    mutating func tag(_ group: UInt16, _ element: UInt16) {
        bytes += [UInt8(group & 0xFF), UInt8(group >> 8), UInt8(element & 0xFF), UInt8(element >> 8)]
    }

    mutating func word(_ value: UInt32) {
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    mutating func append(_ more: [UInt8]) { bytes += more }
}
