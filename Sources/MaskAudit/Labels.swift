import JOSE

/// A face as a person labelled it.
package struct LabelledFace: Equatable, Sendable {
    /// Pixels; not empty.
    package let box: Box
    /// Whose face it is: any name that is the same in every picture of the same person.
    package let person: String?
    package let hair: HairLabel?
    /// How the picture was lit, in the words of whoever took it.
    package let exposure: String?
}

/// A picture and every face in it.
package struct LabelledPicture: Equatable, Sendable {
    /// Relative to the folder of the labels; leads nowhere above it.
    package let image: String
    package let faces: [LabelledFace]
}

/// Reads a list of labelled pictures.
///
/// The JSON is `[{"image": "a.jpg", "faces": [FACE, ...]}, ...]` where FACE is `[left, top, right, bottom]` in whole
/// pixels or `{"box": [...], "person": "p1", "hair": "curly", "exposure": "dim"}`, all but the box optional. A picture
/// without a face has an empty list. The members `source`, `width` and `height` of a picture are passed over, every
/// other one is refused by name.
/// - Throws: `JOSEError`, with the path of what is wrong.
package func parseLabels(_ bytes: [UInt8]) throws(JOSEError) -> [LabelledPicture] {
    let document = try JSON(parsing: bytes, bound: LabelBounds.bytes)
    var list = ObjectReader(["labels": document])
    var pictures: [LabelledPicture] = []
    var seen: Set<String> = []
    for var entry in try list.objects("labels") {
        let image = try entry.string("image")
        guard isInside(image), seen.insert(image).inserted else { throw .invalid(entry.path("image")) }
        guard case .array(let values) = try entry.value("faces"), values.count <= LabelBounds.faces else {
            throw .invalid(entry.path("faces"))
        }
        var faces: [LabelledFace] = []
        for (index, value) in values.enumerated() {
            faces.append(try face(value, path: "\(entry.path("faces"))[\(index)]"))
        }
        for passed in ["source", "width", "height"] { _ = entry.optional(passed) }
        try entry.finish()
        pictures.append(LabelledPicture(image: image, faces: faces))
        guard pictures.count <= LabelBounds.pictures else { throw .invalid("labels") }
    }
    guard !pictures.isEmpty else { throw .invalid("labels") }
    return pictures
}

/// What is read of labels and no more.
private enum LabelBounds {
    static let bytes = 32 << 20
    static let pictures = 100_000
    static let faces = 256
    static let nameBytes = 64
}

private func face(_ value: JSON, path: String) throws(JOSEError) -> LabelledFace {
    guard case .object(let object) = value else {
        return LabelledFace(box: try box(value, path: path), person: nil, hair: nil, exposure: nil)
    }
    var reader = ObjectReader(object, path: path)
    let box = try box(try reader.value("box"), path: reader.path("box"))
    let (person, exposure) = (try name("person", in: &reader), try name("exposure", in: &reader))
    var hair: HairLabel?
    if let text = try name("hair", in: &reader) {
        guard let known = HairLabel(rawValue: text) else { throw .invalid(reader.path("hair")) }
        hair = known
    }
    try reader.finish()
    return LabelledFace(box: box, person: person, hair: hair, exposure: exposure)
}

private func name(_ key: String, in reader: inout ObjectReader) throws(JOSEError) -> String? {
    switch reader.optional(key) {
    case nil, .null: return nil
    case .string(let text) where (1...LabelBounds.nameBytes).contains(text.utf8.count): return text
    default: throw .invalid(reader.path(key))
    }
}

private func box(_ value: JSON, path: String) throws(JOSEError) -> Box {
    guard case .array(let sides) = value, sides.count == 4 else { throw .invalid(path) }
    var numbers: [Int] = []
    for side in sides {
        // A face may reach over the picture's edge.
        guard case .integer(let number) = side, (-16384...32768).contains(number) else { throw .invalid(path) }
        numbers.append(Int(number))
    }
    let box = Box(left: numbers[0], top: numbers[1], right: numbers[2], bottom: numbers[3])
    guard box.width > 0, box.height > 0 else { throw .invalid(path) }
    return box
}

/// A file's name below the labels' folder.
private func isInside(_ path: String) -> Bool {
    guard (1...512).contains(path.utf8.count), !path.hasPrefix("/"), !path.utf8.contains(0) else { return false }
    return path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty && $0 != ".." }
}
