import DetectLink
import FaceNet
import Foundation
import LockedMemory
import Mask
import Testing

/// What may have gone wrong between the first look and the masked result.
private enum Fault: CaseIterable {
    /// Nothing: what is seen now shows itself only since the rest is masked.
    case none
    /// The largest region was forgotten.
    case oneForgotten
    /// Nothing was masked.
    case allForgotten
    /// Every region lies two thirds of its width beside the face.
    case beside

    func mask(_ found: [Region]) -> [Region] {
        switch self {
        case .none: found
        case .oneForgotten: Array(found.sorted { $0.area > $1.area }.dropFirst())
        case .allForgotten: []
        case .beside:
            found.map { Region(x: $0.x + $0.width * 2 / 3, y: $0.y, width: $0.width, height: $0.height) }
        }
    }
}

@Suite(.enabled(if: facesFolder != nil && Detector.isThere, "OBSCURA_FACES names no prepared set of pictures"))
struct `A second look` {
    @Test func `sees by its few passes what all of them would`() throws {
        let folder = try #require(facesFolder)
        let text = try String(contentsOf: URL(filePath: folder + "/faces.txt"), encoding: .utf8)
        let model = try Detector.model()
        var net = try FaceNet(engineFolder: Detector.engine, model: model.span)
        var tallies = [Fault: (pictures: Int, byAll: Int, byPlan: Int, passes: Int)]()
        for line in text.split(separator: "\n") {
            var picture = try Labelled(line: line, in: folder)
            for turn in 0..<4 where !picture.faces.isEmpty {
                if turn > 0 { picture = picture.turned() }
                let passes = try planPasses(width: picture.width, height: picture.height, expectation: .expected)
                let first = try look(picture, picture.rgb, passes, &net)
                let found = try regions(
                    from: first, passes: passes, width: picture.width, height: picture.height, shape: .face)
                let plan = try planSecondLook(width: picture.width, height: picture.height, after: first)
                for fault in Fault.allCases where !found.isEmpty {
                    let (byAll, byPlan) = try lookAgain(picture, fault.mask(found), plan, &net)
                    var tally = tallies[fault] ?? (0, 0, 0, 0)
                    tally.pictures += 1
                    tally.byAll += byAll ? 1 : 0
                    tally.byPlan += byPlan ? 1 : 0
                    tally.passes += plan.count
                    tallies[fault] = tally
                }
            }
        }
        for (fault, tally) in tallies { print("second look, mask with fault \(fault): \(tally)") }
        #expect(tallies.count == Fault.allCases.count)
        for tally in tallies.values { #expect(100 * tally.byPlan >= 99 * tally.byAll) }
    }

    /// Whether a face that the mask leaves uncovered is seen by all passes, and by those of the plan.
    private func lookAgain(
        _ picture: Labelled, _ mask: [Region], _ plan: [Pass], _ net: inout FaceNet
    ) throws -> (byAll: Bool, byPlan: Bool) {
        let (width, height) = (picture.width, picture.height)
        let passes = try planPasses(width: width, height: height, expectation: .impossible)
        let answers = try look(picture, masked(picture, mask), passes, &net)
        func isUncovered(_ region: Region) -> Bool {
            !mask.contains { $0.intersection(region).map { $0.area * 10 > region.area * 9 } ?? false }
        }
        let chosen = zip(answers, passes).map { plan.contains($1) ? $0 : [] }
        let all = try regions(from: answers, passes: passes, width: width, height: height, shape: .face)
        let few = try regions(from: chosen, passes: passes, width: width, height: height, shape: .face)
        return (all.contains(where: isUncovered), few.contains(where: isUncovered))
    }

    /// The picture with the mask's coded units grey, as a masked JPEG decodes.
    private func masked(_ picture: Labelled, _ mask: [Region]) -> [UInt8] {
        var rgb = picture.rgb
        for region in mask {
            let (left, right) = (max(0, region.x / 16 * 16), min(picture.width, (region.right + 15) / 16 * 16))
            let (top, bottom) = (max(0, region.y / 8 * 8), min(picture.height, (region.bottom + 7) / 8 * 8))
            for y in top..<max(top, bottom) {
                for x in left..<max(left, right) {
                    for channel in 0..<3 { rgb[3 * (y * picture.width + x) + channel] = 128 }
                }
            }
        }
        return rgb
    }

    private func look(
        _ picture: Labelled, _ rgb: [UInt8], _ passes: [Pass], _ net: inout FaceNet
    ) throws -> [[PlaneFace]] {
        let planes = try reduce(Picture(rgb.span, width: picture.width, height: picture.height), for: passes)
        let wanted = try passes.map {
            try FacePlane(
                width: $0.plane.width, height: $0.plane.height, threshold: Float($0.plane.threshold) / 65535)
        }
        return try net.detect(wanted, pixels: planes.span).map { faces in
            faces.map { face in
                PlaneFace(
                    left: Int32(face.left * 16), top: Int32(face.top * 16), right: Int32(face.right * 16),
                    bottom: Int32(face.bottom * 16), score: UInt16(face.score * 65535),
                    landmarks: face.landmarks.map { PlanePoint(x: Int32($0.x * 16), y: Int32($0.y * 16)) })
            }
        }
    }
}
