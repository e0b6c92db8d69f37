import DetectLink
import JPEG
import Policy
import Testing

@testable import Mask

@Suite struct `A live view` {
    /// Plays scenes; each picture that comes out, with the scene of its number.
    private func play(
        _ scenes: [DrawnScene], shape: SiteRule.Shape = .face,
        _ detect: ([DetectionPlane], Span<UInt8>) throws(DetectorError) -> [[PlaneFace]] = DrawnScene.detect
    ) throws -> [(scene: DrawnScene, picture: LivePicture, rgb: [UInt8])] {
        var view = LiveView()
        var shown: [(DrawnScene, LivePicture, [UInt8])] = []
        for scene in scenes {
            let picture = try view.show(scene.frame(shape), detect: detect)
            guard let picture else { continue }
            shown.append((scenes[picture.number], picture, try decoded(picture)))
        }
        return shown
    }

    private func decoded(_ picture: LivePicture) throws -> [UInt8] {
        let header = try JPEGHeader(parsing: picture.jpeg.span)
        #expect((header.width, header.height) == (DrawnScene.width, DrawnScene.height))
        var rgb = [UInt8](repeating: 0, count: header.decodedCount(at: .full, .rgb))
        var output = rgb.mutableSpan
        try decodeJPEG(picture.jpeg.span, at: .full, as: .rgb, into: &output)
        return rgb
    }

    @Test func `shows the first picture after every pass has looked`() throws {
        let shown = try play(Array(repeating: DrawnScene(), count: 6))
        #expect(shown.map(\.picture.number) == [0, 1, 2])
        #expect(shown.allSatisfy { !$0.picture.isBlank && $0.picture.hidden == 0 })
    }

    /// Pixels a frame and frames of an empty room before: every speed meets every place in the passes' order.
    private static let crossings = [(12, 0), (30, 1)] + (0..<4).map { (54, $0) }

    /// A face of 120 pixels that crosses the frame; a turned one is looked at in every fourth frame only.
    private func crossing(_ turn: Turn, _ speed: Int, _ empty: Int) -> [DrawnScene] {
        let away = 200
        let steps = (2 * away + DrawnScene.width) / speed
        return Array(repeating: DrawnScene(), count: empty)
            + (0..<steps).map { DrawnScene(face: (x: $0 * speed - away, y: 120, side: 120, turn: turn)) }
    }

    @Test(arguments: Turn.allCases, crossings)
    func `hides a face that enters, crosses and leaves, whichever way it is turned`(
        turn: Turn, crossing: (speed: Int, empty: Int)
    ) throws {
        let scenes = self.crossing(turn, crossing.speed, crossing.empty)
        let shown = try play(scenes)
        #expect(shown.count == scenes.count - 3)
        for (scene, picture, rgb) in shown {
            #expect(scene.shown(in: rgb) <= 0.1, "\(turn) by \(crossing.speed) at \(picture.number)")
        }
        // Not by showing nothing.
        #expect(shown.count { !$0.picture.isBlank } > shown.count / 2)
    }

    @Test func `that did not look would show the face, and this test would see it`() throws {
        let shown = try play(crossing(.none, 54, 0)) { planes, _ in planes.map { _ in [] } }
        #expect(shown.contains { $0.scene.shown(in: $0.rgb) > 0.9 })
    }

    @Test(arguments: 0..<4)
    func `looks in every way at any four frames in a row`(first: Int) throws {
        let passes = try (first..<first + 4).flatMap { try LivePasses.passes(ofFrame: $0, width: 960, height: 540) }
        #expect(Set(passes.map(\.turn)) == Set(Turn.allCases))
        #expect(passes.contains { $0.isUpright })
        #expect(passes.contains { $0.turn == .none && !$0.isUpright })
    }

    @Test func `hides a face that appears from one frame to the next, and one that turns`() throws {
        let empty = Array(repeating: DrawnScene(), count: 7)
        var scenes = empty
        for turn in [Turn.quarter, .half, .none, .threeQuarters] {
            scenes += Array(repeating: DrawnScene(face: (x: 240, y: 100, side: 130, turn: turn)), count: 5)
        }
        scenes += empty
        for (scene, picture, rgb) in try play(scenes) {
            #expect(scene.shown(in: rgb) <= 0.1, "at \(picture.number)")
        }
    }

    @Test func `is blank from before another scene until every pass has seen it`() throws {
        let dark = DrawnScene(background: 60)
        let bright = DrawnScene(background: 200)
        let shown = try play(Array(repeating: dark, count: 10) + Array(repeating: bright, count: 10))
        #expect(shown.filter(\.picture.isBlank).map(\.picture.number) == [7, 8, 9])
        for (_, picture, rgb) in shown where picture.isBlank { #expect(rgb.allSatisfy { abs(Int($0) - 128) < 4 }) }
    }

    @Test func `is blank in the dark, where a face may be missed`() throws {
        let shown = try play(Array(repeating: DrawnScene(background: 20), count: 6))
        #expect(shown.count == 3 && shown.allSatisfy(\.picture.isBlank))
    }

    @Test(arguments: Turn.allCases)
    func `hides little more than a face that keeps still`(turn: Turn) throws {
        let face = DrawnScene(face: (x: 250, y: 120, side: 120, turn: turn))
        let shown = try play(Array(repeating: face, count: 16))
        let last = try #require(shown.last)
        let grey = stride(from: 0, to: last.rgb.count, by: 3).count { abs(Int(last.rgb[$0]) - 128) < 6 }
        // The margin makes 3.24 faces of one.
        #expect(grey < 4 * 120 * 120, "\(turn): \(grey)")
        #expect(face.shown(in: last.rgb) == 0)
    }

    @Test func `leaves the hairline where only what is below the brow is hidden`() throws {
        // The upright pass sees a face, and the one upside down, which looks at a frame alone, something unsure there.
        let box = (left: 0.4, top: 0.3, right: 0.6, bottom: 0.7)
        let shown = try play(Array(repeating: DrawnScene(), count: 12), shape: .belowBrow) { planes, _ in
            planes.map { plane in
                let isUpright = planes.count == 2 && plane.width == 320
                guard isUpright || plane.width == 256 else { return [] }
                return [DrawnScene.face(at: box, of: plane, isUpright: isUpright)]
            }
        }
        let rgb = try #require(shown.last).rgb
        func isHidden(_ y: Double) -> Bool {
            let place = Int(y * Double(DrawnScene.height)) * DrawnScene.width + DrawnScene.width / 2
            return abs(Int(rgb[3 * place]) - 128) < 6
        }
        #expect(!isHidden(0.2) && !isHidden(0.3) && isHidden(0.5) && isHidden(0.8))
    }

    @Test func `goes on showing the room after a face has left`() throws {
        let left = Array(repeating: DrawnScene(), count: 16)
        let shown = try play([DrawnScene(face: (x: 200, y: 100, side: 130, turn: .none))] + left)
        #expect(shown.last?.picture.hidden == 0)
    }

    @Test func `gives nothing when the network does not answer`() throws {
        var view = LiveView()
        #expect(throws: MaskFailure.detector(.died)) {
            try view.show(DrawnScene().frame()) { _, _ throws(DetectorError) in throw .died }
        }
    }
}
