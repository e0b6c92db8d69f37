/// Everything that the audit says, from what was seen of each face.
package struct Audit: Sendable {
    /// One row of a table: a group and what it is called.
    package struct Row: Sendable, Equatable {
        package let name: String
        package let group: Group
    }

    /// One tone of one light of the synthetic shifts.
    package struct Shift: Sendable, Equatable {
        /// L*.
        package let lightness: Int
        package let isDimmed: Bool
        package let group: Group
        /// The same faces at the lightest tone in the same light, and at this one.
        package let pairs: Pairs
    }

    package let faces: [FaceObservation]
    /// Pictures with and without faces.
    package let pictures: Int
    /// Pictures without a face of which something would have been masked.
    package let falseAlarms: Share
    /// Mean share of those pictures' area under the mask; nil without such a picture.
    package let falseArea: Double?
    package let all: Group
    /// Different people; nil where a face has no name.
    package let people: Int?
    package let tones: [Row]
    package let lights: [Row]
    /// By the labels' own words; empty without such labels.
    package let exposures: [Row]
    package let hairs: [Row]
    package let cells: [Cell]
    package let shifts: [Shift]

    /// - Parameter faceless: for each picture without a face the share of its area under the mask.
    package init(_ faces: [FaceObservation], pictures: Int, faceless: [Double]) {
        self.faces = faces
        self.pictures = pictures
        falseAlarms = Share(hits: faceless.count { $0 > 0 }, of: faceless.count)
        falseArea = faceless.isEmpty ? nil : faceless.reduce(0, +) / Double(faceless.count)
        all = Group(faces.map(\.asItIs))
        let names = faces.compactMap(\.face.person)
        people = names.count == faces.count && !faces.isEmpty ? Set(names).count : nil
        tones = ToneBin.allCases.map { bin in Self.row(bin.rawValue, faces) { $0.colour.tone == bin } }
        lights = LightBin.allCases.map { bin in Self.row(bin.rawValue, faces) { $0.colour.light == bin } }
        exposures = Set(faces.compactMap(\.face.exposure)).sorted()
            .map { word in Self.row(word, faces) { $0.face.exposure == word } }
        hairs =
            faces.allSatisfy { $0.face.hair == nil }
            ? [] : HairLabel.allCases.map { label in Self.row(label.rawValue, faces) { $0.face.hair == label } }
        cells = ToneBin.allCases.flatMap { tone in
            LightBin.allCases.map { light in
                Cell(tone: tone, light: light, faces.filter { $0.colour.tone == tone && $0.colour.light == light })
            }
        }
        shifts = [false, true].flatMap { Self.shifts(faces, dimmed: $0) }
    }

    /// Faces of which more than a tenth stays visible, worst first.
    package var misses: [FaceObservation] {
        faces.filter { !$0.asItIs.hidden }.sorted { $0.coverage < $1.coverage }
    }

    private static func row(
        _ name: String, _ faces: [FaceObservation], _ belongs: (FaceObservation) -> Bool
    ) -> Row {
        Row(name: name, group: Group(faces.filter(belongs).map(\.asItIs)))
    }

    private static func shifts(_ faces: [FaceObservation], dimmed: Bool) -> [Shift] {
        let lists = faces.map { dimmed ? $0.dimmed : $0.shifted }.filter { !$0.isEmpty }
        guard !lists.isEmpty else { return [] }
        return shiftedLightness.enumerated().map { index, lightness in
            Shift(
                lightness: lightness, isDimmed: dimmed, group: Group(lists.map { $0[index] }),
                pairs: pairs(lists, against: index))
        }
    }
}
