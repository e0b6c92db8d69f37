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
    /// In an unturned pass, the picture's row above both brows, where the landmarks describe an upright face.
    let brow: Int?
    /// Whether the landmarks describe an upright face in the plane, turned or not.
    let upright: Bool
}

/// What hides each face from the brow down and leaves forehead and hairline, where the brow is known.
///
/// A face's brow is that of its surest sighting without a turn, if that is sure (half) and no turned pass is surer of
/// a face that is upright there. All that shares at least half of the smaller box with it is the same face, which
/// other passes see as a whole or from the side, and ends at the same brow; so does what an unsure turned pass sees in
/// its margin (ears, shoulders). Everything else stays whole: better too little of a face shown than too much.
func belowBrow(_ seen: [Sighting]) -> [Region] {
    let trusted = seen.filter { one in
        one.brow != nil && one.score >= half
            && !seen.contains { $0.turned && $0.upright && $0.score > one.score && sameFace($0.box, one.box) }
    }
    var cut: [Region] = []
    var whole: [Region] = []
    for one in seen {
        var own = trusted.filter { sameFace($0.box, one.box) }
        if own.isEmpty && one.turned && one.score < half {
            own = trusted.filter { trust in
                one.box.intersection(trust.whole).map { 2 * $0.area >= one.box.area } ?? false
            }
        }
        // Two faces may both claim a box: then it is nobody's alone.
        guard let best = own.max(by: { $0.score < $1.score }), let brow = best.brow,
            own.allSatisfy({ sameFace($0.box, best.box) })
        else {
            whole.append(one.whole)
            continue
        }
        if let rest = one.whole.below(brow) { cut.append(rest) }
    }
    // Apart: together they would be one rectangle, with the forehead in it.
    return (joined(cut) + joined(whole)).sorted { ($0.y, $0.x) < ($1.y, $1.x) }
}

/// Units of 1/65535.
private let half = UInt16.max / 2

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
/// The brow's upper edge lies 0.3 to 0.35 of the distance from eyes to mouth above the eyes: a third.
func browLine(_ face: PlaneFace) -> Int? {
    let points = face.landmarks
    guard points.count == 5 else { return nil }
    let (right, left, nose) = (points[0], points[1], Int(points[2].y))
    let eyes = (Int(right.y) + Int(left.y)) / 2
    let mouth = (Int(points[3].y) + Int(points[4].y)) / 2
    let (top, height) = (Int(face.top), Int(face.bottom) - Int(face.top))
    let reach = mouth - eyes
    let line = min(Int(right.y), Int(left.y)) - reach / 3
    // The right eye is at the picture's left; eyes level within 20 degrees; features in their order and proportions.
    guard right.x < left.x, points[3].x < points[4].x, 5 * abs(Int(right.y) - Int(left.y)) <= 2 * reach,
        eyes < nose, nose < mouth, 4 * reach >= height, 5 * reach <= 3 * height,
        5 * (eyes - top) >= height, 2 * (eyes - top) <= height, line >= top
    else { return nil }
    return line
}
