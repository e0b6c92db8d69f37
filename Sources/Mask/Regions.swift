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
/// Each box grows by 0.4 of its size on each side, goes back to the picture rounded outwards, and joins those that
/// it mostly covers. No list of boxes hides less than the boxes do.
/// - Parameters:
///   - answers: for each pass the faces, as the detector gave them.
///   - width: pixels of the picture.
///   - height: pixels of the picture.
package func regions(
    from answers: [[PlaneFace]], passes: [Pass], width: Int, height: Int, shape: SiteRule.Shape
) throws(MaskError) -> [Region] {
    guard answers.count == passes.count else { throw .answers(answers.count) }
    var found: [Region] = []
    for (faces, pass) in zip(answers, passes) {
        for face in faces {
            let box = pass.unturned(grown(face, shape))
            if let region = pass.inPicture(box, width: width, height: height) { found.append(region) }
        }
    }
    return joined(found)
}

/// The box with its margin, and without the part above the brow where that is to stay visible.
func grown(_ face: PlaneFace, _ shape: SiteRule.Shape) -> FineBox {
    let (left, top) = (Int(face.left), Int(face.top))
    let (right, bottom) = (Int(face.right), Int(face.bottom))
    let marginX = ((right - left) * 2 + 4) / 5
    let marginY = ((bottom - top) * 2 + 4) / 5
    var box = FineBox(left: left - marginX, top: top - marginY, right: right + marginX, bottom: bottom + marginY)
    if shape == .belowBrow, let brow = browLine(face) { box.top = max(box.top, brow) }
    return box
}

/// A line above both brows in 1/16 pixel, or nil where the landmarks do not describe an upright face in its box.
///
/// Brows lie about 0.4 of the distance from eyes to mouth above the eyes; 0.6 leaves room.
private func browLine(_ face: PlaneFace) -> Int? {
    let points = face.landmarks
    guard points.count == 5 else { return nil }
    let eyes = min(Int(points[0].y), Int(points[1].y))
    let lowerEye = max(Int(points[0].y), Int(points[1].y))
    let mouth = min(Int(points[3].y), Int(points[4].y))
    let (top, height) = (Int(face.top), Int(face.bottom) - Int(face.top))
    let reach = mouth - lowerEye
    guard 4 * reach >= height, eyes >= top, 2 * (lowerEye - eyes) <= reach, 3 * (eyes - top) <= 2 * height else {
        return nil
    }
    return eyes - reach * 3 / 5
}

extension Pass {
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

private func mostlyShared(_ a: Region, _ b: Region) -> Bool {
    guard let shared = a.intersection(b) else { return false }
    return 2 * shared.area >= min(a.area, b.area)
}
