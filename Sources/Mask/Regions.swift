import DetectLink
import Policy

/// A rectangle in whole pixels.
package struct Region: Equatable, Hashable, Sendable {
    package let x: Int
    package let y: Int
    package let width: Int
    package let height: Int

    package init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    package var right: Int { x + width }
    package var bottom: Int { y + height }
    package var area: Int { width * height }

    /// Nil where the two share no pixel.
    package func intersection(_ other: Region) -> Region? {
        let (left, top) = (max(x, other.x), max(y, other.y))
        let (right, bottom) = (min(right, other.right), min(bottom, other.bottom))
        guard left < right, top < bottom else { return nil }
        return Region(x: left, y: top, width: right - left, height: bottom - top)
    }

    /// The smallest rectangle that holds both.
    package func union(_ other: Region) -> Region {
        let (left, top) = (min(x, other.x), min(y, other.y))
        return Region(
            x: left, y: top, width: max(right, other.right) - left, height: max(bottom, other.bottom) - top)
    }
}

/// A rectangle in 1/16 pixel of a plane before it was turned.
struct FineBox: Equatable {
    var left: Int
    var top: Int
    var right: Int
    var bottom: Int
}

/// Everything to overwrite, from what the detector answered to the passes of `planPasses`.
///
/// Each box grows by two fifths of its size on each side, goes back to the picture rounded outwards, and joins those
/// that it mostly covers. No list of boxes hides less than the boxes do.
/// - Parameters:
///   - answers: for each pass the faces, as the detector gave them.
///   - width: pixels of the picture.
///   - height: pixels of the picture.
package func regions(
    from answers: [[PlaneFace]], passes: [Pass], width: Int, height: Int, shape: SiteRule.Shape
) throws(MaskError) -> [Region] {
    guard answers.count == passes.count else { throw .answers(answers.count) }
    var seen: [Sighting] = []
    for (faces, pass) in zip(answers, passes) {
        for face in faces {
            if let sighting = pass.sighting(of: face, width: width, height: height) { seen.append(sighting) }
        }
    }
    return switch shape {
    case .face: joined(seen.map(\.whole))
    case .belowBrow: belowBrow(seen)
    }
}

extension FineBox {
    init(_ face: PlaneFace) {
        self.init(left: Int(face.left), top: Int(face.top), right: Int(face.right), bottom: Int(face.bottom))
    }

    /// With two fifths of its size more on each side, rounded to the nearest.
    func grown() -> FineBox {
        let marginX = ((right - left) * 2 + 4) / 5
        let marginY = ((bottom - top) * 2 + 4) / 5
        return FineBox(left: left - marginX, top: top - marginY, right: right + marginX, bottom: bottom + marginY)
    }
}

extension Pass {
    /// A face of this pass's plane in the picture, or nil where it does not count or all of it lies outside.
    func sighting(of face: PlaneFace, width: Int, height: Int) -> Sighting? {
        let own = FineBox(face)
        if face.score < wholeThreshold && !isCut(unturned(own)) { return nil }
        let grown = unturned(own.grown())
        guard let whole = inPicture(grown, width: width, height: height) else { return nil }
        let line = browLine(face)
        return Sighting(
            // A box in the border alone still hides what its margin reaches.
            box: inPicture(unturned(own), width: width, height: height) ?? whole, whole: whole, score: face.score,
            turned: turn != .none, brow: turn == .none ? line.map { row(of: $0, height: height) } : nil,
            upright: line != nil)
    }

    /// Whether a box of the unturned plane reaches beyond the picture in it.
    private func isCut(_ box: FineBox) -> Bool {
        box.left < 16 * content.x || box.top < 16 * content.y || box.right > 16 * content.right
            || box.bottom > 16 * content.bottom
    }

    /// The picture's row that holds a line of the unturned plane.
    private func row(of line: Int, height: Int) -> Int {
        min(max((line - 16 * content.y) * height, 0) / (16 * content.height), height)
    }

    /// Where a box of the turned plane lies in the plane before it was turned.
    func unturned(_ box: FineBox) -> FineBox {
        let (width, height) = (16 * unturnedWidth, 16 * unturnedHeight)
        return switch turn {
        case .none: box
        case .quarter:
            FineBox(left: box.top, top: height - box.right, right: box.bottom, bottom: height - box.left)
        case .half:
            FineBox(
                left: width - box.right, top: height - box.bottom, right: width - box.left, bottom: height - box.top)
        case .threeQuarters:
            FineBox(left: width - box.bottom, top: box.left, right: width - box.top, bottom: box.right)
        }
    }

    /// The picture's pixels that a box touches, or nil where it lies outside the picture.
    func inPicture(_ box: FineBox, width: Int, height: Int) -> Region? {
        func first(_ value: Int, _ start: Int, _ size: Int, _ pixels: Int) -> Int {
            let scaled = (value - 16 * start) * pixels
            return min(max(scaled, 0) / (16 * size), pixels)
        }
        func last(_ value: Int, _ start: Int, _ size: Int, _ pixels: Int) -> Int {
            let scaled = (value - 16 * start) * pixels
            return min((max(scaled, 0) + 16 * size - 1) / (16 * size), pixels)
        }
        let left = first(box.left, content.x, content.width, width)
        let right = last(box.right, content.x, content.width, width)
        let top = first(box.top, content.y, content.height, height)
        let bottom = last(box.bottom, content.y, content.height, height)
        guard left < right, top < bottom else { return nil }
        return Region(x: left, y: top, width: right - left, height: bottom - top)
    }
}

/// Puts together rectangles of which one covers at least half of the other: one face, seen by several passes.
func joined(_ regions: [Region]) -> [Region] {
    var rest = regions
    var result: [Region] = []
    while var region = rest.popLast() {
        // A grown rectangle may now cover another half: look again until nothing joins.
        while let index = rest.firstIndex(where: { mostlyShared($0, region) }) {
            region = region.union(rest.remove(at: index))
        }
        if let index = result.firstIndex(where: { mostlyShared($0, region) }) {
            rest.append(region.union(result.remove(at: index)))
        } else {
            result.append(region)
        }
    }
    return result.sorted { ($0.y, $0.x) < ($1.y, $1.x) }
}

func mostlyShared(_ a: Region, _ b: Region) -> Bool {
    guard let shared = a.intersection(b) else { return false }
    return 2 * shared.area >= min(a.area, b.area)
}
