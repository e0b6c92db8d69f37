/// Which frames of a live view may be shown, and what is hidden in each.
///
/// The passes take turns (`LivePasses`), so that one frame alone is looked at incompletely. A frame therefore waits
/// until every pass has looked at it or at one of the frames right after it; what any of them saw is hidden in it,
/// wider where it was seen on one side of the frame only. A frame whose scene is cut before all passes have looked is
/// never shown, and neither is a dark one.
struct LiveWindow {
    /// What was seen in one frame, in the pixels of what is shown.
    struct Seen {
        let regions: [Region]
        /// Too dark for the network to be believed.
        let isDark: Bool
        /// Another scene than the frame before.
        let isCut: Bool
    }

    enum Verdict: Equatable {
        case show(hiding: [Region])
        case blank
    }

    /// Frames that have to follow before one is shown: as many as have the other passes.
    static let ahead = LivePasses.turns.count - 1
    /// Frames for which something that is no longer seen stays hidden.
    static let held = 8

    private var frames: [Seen] = []

    /// Takes what was seen in the newest frame.
    ///
    /// - Returns: what becomes of the frame `ahead` places before it, nil while there is none.
    mutating func add(_ seen: Seen, width: Int, height: Int) -> Verdict? {
        frames.append(seen)
        if frames.count > Self.held + 1 + Self.ahead { frames.removeFirst() }
        guard frames.count > Self.ahead else { return nil }
        let shown = frames.count - 1 - Self.ahead
        guard !frames[shown].isDark, !frames[(shown + 1)...].contains(where: \.isCut) else { return .blank }
        // What was seen before a cut was another scene, but may still be there: cuts are guessed.
        var hidden: [Region] = []
        for (place, frame) in frames.enumerated() {
            let beyond = (place > shown ? frames[...shown] : frames[shown...]).flatMap(\.regions)
            for region in frame.regions {
                let whole = place == shown ? region : region.covering(beyond, abs(place - shown))
                if let inside = whole.intersection(Region(x: 0, y: 0, width: width, height: height)) {
                    hidden.append(inside)
                }
            }
        }
        return .show(hiding: joined(hidden))
    }
}

extension Region {
    /// Where a face may have been between this sighting and the frame that is shown.
    ///
    /// - Parameters:
    ///   - others: sightings in that frame and beyond it. One of the same face bounds the way between the two.
    ///   - distance: frames between; a face that nobody saw beyond may have moved by two tenths of its size for each.
    fileprivate func covering(_ others: [Region], _ distance: Int) -> Region {
        let same = others.filter { mostlyShared($0, self) && $0.area <= 2 * area && area <= 2 * $0.area }
        if let first = same.max(by: { sharedArea($0, self) < sharedArea($1, self) }) { return union(first) }
        let steps = 2 * min(distance, 3)
        let (byX, byY) = ((width * steps + 9) / 10, (height * steps + 9) / 10)
        return Region(x: x - byX, y: y - byY, width: width + 2 * byX, height: height + 2 * byY)
    }
}

private func sharedArea(_ a: Region, _ b: Region) -> Int { a.intersection(b)?.area ?? 0 }
