import DetectLink
import JPEG
import Testing

@testable import Mask

@Suite struct `A live view` {
    /// Plays scenes; each picture that comes out, with the scene of its number.
    private func play(_ scenes: [DrawnScene]) throws -> [(scene: DrawnScene, picture: LivePicture, rgb: [UInt8])] {
        var view = LiveView()
        var shown: [(DrawnScene, LivePicture, [UInt8])] = []
        for scene in scenes {
            let picture = try view.show(scene.frame()) { planes, pixels in DrawnScene.detect(planes, pixels) }
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

    @Test(arguments: Turn.allCases)
    func `hides a face that enters, crosses and leaves, whichever way it is turned`(turn: Turn) throws {
        let scenes = (-15..<60).map { DrawnScene(face: (x: 12 * $0 - 60, y: 120, side: 120, turn: turn)) }
        let shown = try play(scenes)
        #expect(shown.count == scenes.count - 3)
        for (scene, picture, rgb) in shown {
            #expect(scene.shown(in: rgb) <= 0.1, "\(turn) at \(picture.number)")
        }
        // Not by showing nothing.
        #expect(shown.count { !$0.picture.isBlank } > shown.count / 2)
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
