import DetectLink
import FaceNet
import Foundation
import LockedMemory
import Mask
import Policy
import Testing

let facesFolder = ProcessInfo.processInfo.environment["OBSCURA_FACES"]

/// A labelled picture as `Tests/Faces/prepare` makes it.
struct Labelled {
    let width: Int
    let height: Int
    let rgb: [UInt8]
    let faces: [Region]

    init(line: Substring, in folder: String) throws {
        let words = line.split(separator: " ")
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(words[0])")))
        // P6, width, height, 255, each followed by one white space byte, as Pillow writes it.
        let header = bytes.prefix(32).split(separator: 10, maxSplits: 3)
        let size = String(decoding: header[1], as: UTF8.self).split(separator: " ").compactMap { Int($0) }
        (width, height) = (size[0], size[1])
        rgb = Array(bytes.suffix(3 * width * height))
        let numbers = words.dropFirst().compactMap { Int($0) }
        faces = stride(from: 0, to: numbers.count, by: 4).map {
            Region(
                x: numbers[$0], y: numbers[$0 + 1], width: numbers[$0 + 2] - numbers[$0],
                height: numbers[$0 + 3] - numbers[$0 + 1])
        }
    }

    private init(width: Int, height: Int, rgb: [UInt8], faces: [Region]) {
        (self.width, self.height, self.rgb, self.faces) = (width, height, rgb, faces)
    }

    /// A quarter turn clockwise.
    func turned() -> Labelled {
        var out = [UInt8](repeating: 0, count: rgb.count)
        for y in 0..<height {
            for x in 0..<width {
                let place = 3 * (x * height + height - 1 - y)
                for channel in 0..<3 { out[place + channel] = rgb[3 * (y * width + x) + channel] }
            }
        }
        let boxes = faces.map { Region(x: height - $0.bottom, y: $0.x, width: $0.height, height: $0.width) }
        return Labelled(width: height, height: width, rgb: out, faces: boxes)
    }
}

/// Counts over a set of pictures.
private struct Tally {
    var faces = 0
    var covered = 0
    var extra = 0.0
    var pictures = 0
    var hits = 0

    mutating func add(_ picture: Labelled, _ found: [Region]) {
        pictures += 1
        if !found.isEmpty { hits += 1 }
        let near = picture.faces.map { face in
            Region(
                x: face.x - face.width * 3 / 5, y: face.y - face.height * 3 / 5, width: face.width * 11 / 5,
                height: face.height * 11 / 5)
        }
        var wasted = 0
        var under = [Int](repeating: 0, count: picture.faces.count)
        for y in 0..<picture.height {
            for x in 0..<picture.width where found.contains(where: { $0.holds(x, y) }) {
                if !near.contains(where: { $0.holds(x, y) }) { wasted += 1 }
                for (index, face) in picture.faces.enumerated() where face.holds(x, y) { under[index] += 1 }
            }
        }
        extra += 100 * Double(wasted) / Double(picture.width * picture.height)
        for (face, count) in zip(picture.faces, under) {
            faces += 1
            if Double(count) >= 0.9 * Double(face.area) { covered += 1 }
        }
    }

    func line(_ name: String) -> String {
        let recall = faces == 0 ? "-" : "\(covered)/\(faces) = \(Double(covered) / Double(faces))"
        return "\(name): covered \(recall); extra \(extra / Double(max(pictures, 1))) %; hits in \(hits)/\(pictures)"
    }
}

extension Region {
    fileprivate func holds(_ x: Int, _ y: Int) -> Bool { (self.x..<right).contains(x) && (self.y..<bottom).contains(y) }
}

@Suite(.enabled(if: facesFolder != nil && Detector.isThere, "OBSCURA_FACES names no prepared set of pictures"))
struct `Recall` {
    @Test func `covers nine tenths of nearly every labelled face, whichever way up`() throws {
        let folder = try #require(facesFolder)
        let text = try String(contentsOf: URL(filePath: folder + "/faces.txt"), encoding: .utf8)
        let model = try Detector.model()
        var net = try FaceNet(engineFolder: Detector.engine, model: model.span)
        var tallies = [Tally](repeating: Tally(), count: 4)
        var negatives = Tally()
        var contact = Tally()
        // Where the hairline is the picture, a face that is not upright is hidden whole.
        var turnedBelowBrow = [Tally](repeating: Tally(), count: 3)
        for line in text.split(separator: "\n") {
            var picture = try Labelled(line: line, in: folder)
            if picture.faces.isEmpty {
                negatives.add(picture, try regions(answers(to: picture, .expected, &net), .face, in: picture))
                contact.add(picture, try regions(answers(to: picture, .impossible, &net), .face, in: picture))
                continue
            }
            for turn in 0..<4 {
                let seen = try answers(to: picture, .expected, &net)
                tallies[turn].add(picture, try regions(seen, .face, in: picture))
                if turn > 0 { turnedBelowBrow[turn - 1].add(picture, try regions(seen, .belowBrow, in: picture)) }
                picture = picture.turned()
            }
        }
        for (turn, tally) in tallies.enumerated() { print(tally.line("recall turned by \(90 * turn)")) }
        for (turn, tally) in turnedBelowBrow.enumerated() {
            print(tally.line("recall below the brow, turned by \(90 * turn + 90)"))
        }
        print(negatives.line("recall, without faces"))
        print(contact.line("recall, without faces, at contact thresholds"))
        #expect(tallies[0].faces > 0)
        for tally in tallies + turnedBelowBrow {
            #expect(Double(tally.covered) >= 0.995 * Double(tally.faces))
        }
        #expect(negatives.extra <= 3 * Double(negatives.pictures))
        #expect(100 * contact.hits <= contact.pictures)
    }

    /// What the network sees in each pass, and the passes.
    private func answers(
        to picture: Labelled, _ expectation: FaceExpectation, _ net: inout FaceNet
    ) throws -> ([Pass], [[PlaneFace]]) {
        let passes = try planPasses(width: picture.width, height: picture.height, expectation: expectation)
        let view = try Picture(picture.rgb.span, width: picture.width, height: picture.height)
        let planes = try reduce(view, for: passes)
        var answers: [[PlaneFace]] = []
        var offset = 0
        for pass in passes {
            let plane = pass.plane
            let faces = try net.detect(
                in: planes.span.extracting(offset..<offset + plane.byteCount), width: plane.width,
                height: plane.height, threshold: Float(plane.threshold) / 65535)
            answers.append(
                faces.map { face in
                    PlaneFace(
                        left: Int32(face.left * 16), top: Int32(face.top * 16), right: Int32(face.right * 16),
                        bottom: Int32(face.bottom * 16), score: UInt16(face.score * 65535),
                        landmarks: face.landmarks.map { PlanePoint(x: Int32($0.x * 16), y: Int32($0.y * 16)) })
                })
            offset += plane.byteCount
        }
        return (passes, answers)
    }

    private func regions(
        _ answers: ([Pass], [[PlaneFace]]), _ shape: SiteRule.Shape, in picture: Labelled
    ) throws -> [Region] {
        try Mask.regions(
            from: answers.1, passes: answers.0, width: picture.width, height: picture.height, shape: shape)
    }
}
