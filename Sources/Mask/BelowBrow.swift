import DetectLink

/// One face as one pass saw it, in the picture's pixels.
struct Sighting {
    /// The box as the detector gave it.
    let box: Region
    /// The box with its margin: what hides the whole face.
    let whole: Region
    /// Units of 1/65535.
    let score: UInt16
    /// Whether the picture was turned for it.
    let turned: Bool
    /// A row above both brows, where the landmarks describe an upright face.
    let brow: Int?
}

/// What hides each face from the brow down and leaves forehead and hairline, where the brow is known.
///
/// A face's brow is that of its surest upright sighting, and only where that is sure (half) and no turned pass is
/// surer. All that shares at least half of the smaller box with it is the same face, which other passes see as a
/// whole or from the side, and ends at the same brow. Everything else stays whole: a face is shown too little of
/// rather than too much.
func belowBrow(_ seen: [Sighting]) -> [Region] {
    let trusted = seen.filter { one in
        one.brow != nil && one.score >= UInt16.max / 2
            && !seen.contains { $0.turned && $0.score > one.score && sameFace($0.box, one.box) }
    }
    return seen.compactMap { one in
        let own = trusted.filter { sameFace($0.box, one.box) }
        // Two faces one above the other may both claim a box: then it is nobody's alone.
        guard let best = own.max(by: { $0.score < $1.score }), let brow = best.brow,
            own.allSatisfy({ sameFace($0.box, best.box) })
        else { return one.whole }
        return one.whole.below(brow)
    }
}

private func sameFace(_ a: Region, _ b: Region) -> Bool {
    guard let shared = a.intersection(b) else { return false }
    return 2 * shared.area >= min(a.area, b.area)
}

extension Region {
    /// What of the region lies at and below a row; nil where nothing does.
    fileprivate func below(_ row: Int) -> Region? {
        intersection(Region(x: x, y: row, width: width, height: max(bottom - row, 0)))
    }
}

/// A line above both brows in 1/16 pixel, or nil where the landmarks do not describe an upright face in its box.
///
/// The brow's upper edge lies 0.3 to 0.35 of the distance from eyes to mouth above the eyes; 0.36 leaves room, and
/// keeps the forehead.
func browLine(_ face: PlaneFace) -> Int? {
    let points = face.landmarks
    guard points.count == 5 else { return nil }
    let (right, left, nose) = (points[0], points[1], Int(points[2].y))
    let eyes = (Int(right.y) + Int(left.y)) / 2
    let mouth = (Int(points[3].y) + Int(points[4].y)) / 2
    let (top, height) = (Int(face.top), Int(face.bottom) - Int(face.top))
    let reach = mouth - eyes
    let line = min(Int(right.y), Int(left.y)) - reach * 9 / 25
    // The right eye is at the picture's left; eyes level within 20 degrees; features in their order and proportions.
    guard right.x < left.x, points[3].x < points[4].x, 5 * abs(Int(right.y) - Int(left.y)) <= 2 * reach,
        eyes < nose, nose < mouth, 4 * reach >= height, 5 * reach <= 3 * height,
        5 * (eyes - top) >= height, 2 * (eyes - top) <= height, line >= top
    else { return nil }
    return line
}
