import JOSE

/// What a technician asks of one shot.
package struct ShotWish: Sendable, Equatable {
    /// A rectangle to hide whatever the search finds: thousandths of the picture's width and height.
    package struct Cover: Sendable, Equatable {
        package let x: Int64
        package let y: Int64
        package let width: Int64
        package let height: Int64

        package init(x: Int64, y: Int64, width: Int64, height: Int64) {
            (self.x, self.y, self.width, self.height) = (x, y, width, height)
        }
    }

    /// Rectangles that one shot may name.
    package static let mostCovers = 16

    /// The site as in the token, or nil for the one whose turn it is.
    package let site: String?
    /// As in the token.
    package let modality: String
    /// The camera's name in the configuration, or nil for the only one that fits.
    package let camera: String?
    /// The technician sees that no face is in view. It counts only where the search finds none either.
    package let noFace: Bool
    package let covers: [Cover]

    package init(
        site: String? = nil, modality: String, camera: String? = nil, noFace: Bool = false, covers: [Cover] = []
    ) {
        (self.site, self.modality, self.camera) = (site, modality, camera)
        (self.noFace, self.covers) = (noFace, covers)
    }

    /// Reads the members of a shot's request; the caller finishes the reader.
    package init(reading reader: inout ObjectReader) throws(JOSEError) {
        site = reader.optional("site") == nil ? nil : try reader.string("site")
        modality = try reader.string("modality")
        camera = reader.optional("camera") == nil ? nil : try reader.string("camera")
        noFace = reader.optional("no_face") == nil ? false : try reader.bool("no_face")
        var covers: [Cover] = []
        for var entry in reader.optional("cover") == nil ? [] : try reader.objects("cover") {
            covers.append(
                Cover(
                    x: try entry.share("x"), y: try entry.share("y"), width: try entry.share("width"),
                    height: try entry.share("height")))
            try entry.finish()
        }
        guard covers.count <= Self.mostCovers else { throw .invalid(reader.path("cover")) }
        self.covers = covers
    }

    /// The members of a shot's request, for the desk and for capture.
    package var object: JSONObject {
        var object: JSONObject = ["modality": .string(modality)]
        if let site { object.set("site", .string(site)) }
        if let camera { object.set("camera", .string(camera)) }
        if noFace { object.set("no_face", .bool(true)) }
        if !covers.isEmpty {
            object.set(
                "cover",
                .array(
                    covers.map {
                        .object([
                            "x": .integer($0.x), "y": .integer($0.y), "width": .integer($0.width),
                            "height": .integer($0.height),
                        ])
                    }))
        }
        return object
    }
}

extension ObjectReader {
    fileprivate mutating func share(_ key: String) throws(JOSEError) -> Int64 {
        let value = try integer(key)
        guard (0...1000).contains(value) else { throw .invalid(path(key)) }
        return value
    }
}
