import Glibc
import Testing

@testable import FaceNet

/// Answer grids of a network that saw nothing, to be filled in cell by cell.
private struct Answer {
    let grid: FaceGrid
    var heatmap: [Float]
    var scale: [Float]
    var offset: [Float]
    var landmarks: [Float]

    init(width: Int = 16, height: Int = 8) {
        grid = FaceGrid(width: width, height: height)
        let cells = width * height
        heatmap = Array(repeating: 0, count: cells)
        scale = Array(repeating: 0, count: 2 * cells)
        offset = Array(repeating: 0, count: 2 * cells)
        landmarks = Array(repeating: 0, count: 10 * cells)
    }

    var cells: Int { grid.width * grid.height }

    /// A face with its middle in a cell; sides in pixels.
    mutating func put(_ cell: Int, score: Float, width: Float, height: Float) {
        heatmap[cell] = score
        scale[cell] = logf(height / 4)
        scale[cells + cell] = logf(width / 4)
    }

    func faces(_ threshold: Float = 0.1) throws(FaceDecodeError) -> [DetectedFace] {
        try grid.faces(
            heatmap: heatmap.span, scale: scale.span, offset: offset.span, landmarks: landmarks.span,
            threshold: threshold)
    }
}

@Suite struct `A face grid` {
    @Test func `gives box, score and landmarks of a cell`() throws {
        var answer = Answer()
        let cell = 3 * 16 + 5
        answer.put(cell, score: 0.75, width: 8, height: 16)
        answer.offset[cell] = 0.25
        answer.offset[answer.cells + cell] = -0.25
        answer.landmarks[0 * answer.cells + cell] = 0.5
        answer.landmarks[1 * answer.cells + cell] = 0.25
        let face = try #require(try answer.faces().first)
        #expect(abs(face.left - 17) < 0.001 && abs(face.right - 25) < 0.001)
        #expect(abs(face.top - 7) < 0.001 && abs(face.bottom - 23) < 0.001)
        #expect(face.score == 0.75)
        #expect(abs(face.landmarks[0].x - 19) < 0.001 && abs(face.landmarks[0].y - 15) < 0.001)
    }

    @Test func `counts only scores above the threshold`() throws {
        var answer = Answer()
        answer.put(40, score: 0.5, width: 8, height: 8)
        #expect(try answer.faces(0.5).isEmpty)
        #expect(try answer.faces(0.49).count == 1)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity, 1.0001, -0.0001])
    func `refuses heat that is no score, wherever it is`(heat: Float) {
        var answer = Answer()
        answer.heatmap[127] = heat
        #expect(throws: FaceDecodeError.heat(cell: 127)) { try answer.faces() }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity], [0, 1, 2])
    func `refuses a face whose place is no number`(value: Float, which: Int) {
        var answer = Answer()
        answer.put(40, score: 0.9, width: 8, height: 8)
        switch which {
        case 0: answer.scale[answer.cells + 40] = value
        case 1: answer.offset[40] = value
        default: answer.landmarks[9 * answer.cells + 40] = value
        }
        #expect(throws: FaceDecodeError.geometry(cell: 40)) { try answer.faces() }
    }

    @Test func `keeps a monstrous box inside the plane`() throws {
        var answer = Answer()
        answer.put(40, score: 0.9, width: 8, height: 8)
        answer.scale[40] = 3e38
        answer.scale[answer.cells + 40] = 3e38
        answer.landmarks[40] = 3e38
        let face = try #require(try answer.faces().first)
        #expect([face.left, face.top, face.right, face.bottom] == [0, 0, 64, 32])
        #expect(face.landmarks.allSatisfy { (-64...128).contains($0.x) && (-32...64).contains($0.y) })
    }

    @Test func `drops the weaker of two that overlap and keeps neighbours`() throws {
        var answer = Answer()
        answer.put(3 * 16 + 4, score: 0.8, width: 16, height: 16)
        answer.put(3 * 16 + 5, score: 0.9, width: 16, height: 16)
        answer.put(3 * 16 + 12, score: 0.7, width: 16, height: 16)
        #expect(try answer.faces().map(\.score) == [0.9, 0.7])
    }

    @Test func `refuses more faces than a picture can have`() {
        var answer = Answer(width: 32, height: 16)
        for cell in 0..<257 { answer.put(cell, score: 0.9, width: 2, height: 2) }
        #expect(throws: FaceDecodeError.tooManyFaces) { try answer.faces() }
    }

    @Test func `refuses grids of another size`() {
        var answer = Answer()
        answer.landmarks.removeLast()
        #expect(throws: FaceDecodeError.size) { try answer.faces() }
    }
}

@Suite struct `The face network` {
    @Test func `takes no other model than the one compiled in`() {
        let other = [UInt8](repeating: 0, count: 100)
        #expect(throws: FaceNetError.otherModel("cd00e292c5970d3c5e2f0ffa5171e555bc46bfc4faddfb4a418b6840b86e79a3")) {
            _ = try FaceNet(engineFolder: "/nowhere", model: other.span)
        }
    }
}
