/// What one search made of one face.
package struct Sighting: Equatable, Sendable {
    /// Nine tenths of the face lie under the mask.
    package let hidden: Bool
    /// The picture is too dark for the station, which takes no shot of it.
    package let refused: Bool

    package init(hidden: Bool, refused: Bool) {
        self.hidden = hidden
        self.refused = refused
    }
}

/// One face of the audit: what it is, and what became of it as it is and shifted.
package struct FaceObservation: Equatable, Sendable {
    package let image: String
    package let face: LabelledFace
    package let colour: FaceColour
    package let asItIs: Sighting
    /// Thousandths of the box under the mask.
    package let coverage: Int
    /// In the order of `shiftedLightness`; empty where the shifts were left out.
    package let shifted: [Sighting]
    /// The same pictures, dimmed.
    package let dimmed: [Sighting]

    package init(
        image: String, face: LabelledFace, colour: FaceColour, asItIs: Sighting, coverage: Int, shifted: [Sighting],
        dimmed: [Sighting]
    ) {
        precondition([0, shiftedLightness.count].contains(shifted.count) && dimmed.count == shifted.count)
        self.image = image
        self.face = face
        self.colour = colour
        self.asItIs = asItIs
        self.coverage = coverage
        self.shifted = shifted
        self.dimmed = dimmed
    }
}

/// What is counted about any group of faces.
package struct Group: Equatable, Sendable {
    /// Faces hidden, of all of them; whether the station would refuse the picture does not count.
    package private(set) var hidden = Share()
    /// Faces of pictures that the station refuses as too dark.
    package private(set) var refused = Share()
    /// Faces that are neither hidden nor in a refused picture: what would have left the station.
    package private(set) var visible = Share()

    package init() {}

    package mutating func add(_ sighting: Sighting) {
        hidden.add(sighting.hidden)
        refused.add(sighting.refused)
        visible.add(!sighting.hidden && !sighting.refused)
    }

    package init(_ sightings: some Sequence<Sighting>) {
        for sighting in sightings { add(sighting) }
    }
}
