/// What a cell of tone and light must have before its recall counts as shown.
package enum Proof {
    package static let faces = 200
    package static let people = 30
    /// Lower end of Wilson's interval.
    package static let bound = 0.98
    /// Largest paired difference, either way.
    package static let difference = 0.01
}

/// Why a cell is not shown.
package enum Shortfall: Equatable, Sendable {
    case tooFewFaces(Int)
    /// Some faces have no person's name, so that the people cannot be counted.
    case peopleUnknown
    case tooFewPeople(Int)
    /// Lower end of Wilson's interval.
    case bound(Double)
    /// No face of the cell was shifted in tone.
    case noPairs
    case difference(Double)
}

/// Faces of one tone in one light.
package struct Cell: Equatable, Sendable {
    package let tone: ToneBin
    package let light: LightBin
    package let group: Group
    /// Different people, nil where a face has no name.
    package let people: Int?
    /// The same faces at the lightest tone, and at the darkest; of the two answers that differ most.
    package let pairs: Pairs
    /// Everything that keeps the cell from being shown; empty where it is.
    package let shortfalls: [Shortfall]

    package var isShown: Bool { shortfalls.isEmpty }

    init(tone: ToneBin, light: LightBin, _ faces: [FaceObservation]) {
        self.tone = tone
        self.light = light
        group = Group(faces.map(\.asItIs))
        let names = faces.compactMap(\.face.person)
        people = names.count == faces.count ? Set(names).count : nil
        // A dim cell is held against its faces in dim light.
        let isDim = light == .nearlyBlack || light == .dim
        pairs = worstPairs(faces.map { isDim ? $0.dimmed : $0.shifted })
        shortfalls = Self.shortfalls(group.hidden, people, pairs)
    }

    static func shortfalls(_ hidden: Share, _ people: Int?, _ pairs: Pairs) -> [Shortfall] {
        var found: [Shortfall] = []
        if hidden.count < Proof.faces { found.append(.tooFewFaces(hidden.count)) }
        if let people {
            if people < Proof.people { found.append(.tooFewPeople(people)) }
        } else {
            found.append(.peopleUnknown)
        }
        if hidden.wilson.lower < Proof.bound { found.append(.bound(hidden.wilson.lower)) }
        if let difference = pairs.difference {
            if difference.magnitude > Proof.difference { found.append(.difference(difference)) }
        } else {
            found.append(.noPairs)
        }
        return found
    }
}

/// The lightest tone against each darker one, over all faces that were shifted: the pair that differs most.
func worstPairs(_ sightings: [[Sighting]]) -> Pairs {
    var worst = Pairs()
    for index in shiftedLightness.indices.dropFirst() {
        let pairs = pairs(sightings, against: index)
        if worst.count == 0 || (pairs.difference ?? 0).magnitude > (worst.difference ?? 0).magnitude { worst = pairs }
    }
    return worst
}

/// The lightest tone against the one at `index` of `shiftedLightness`.
func pairs(_ sightings: [[Sighting]], against index: Int) -> Pairs {
    var pairs = Pairs()
    for list in sightings where !list.isEmpty { pairs.add(first: list[0].hidden, second: list[index].hidden) }
    return pairs
}
