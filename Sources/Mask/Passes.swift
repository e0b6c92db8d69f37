import DetectLink

/// A picture of this shape cannot be searched for faces.
package enum MaskError: Error, Equatable {
    /// Width and height in pixels: a side below 16 or above 32768, or one more than 8 times the other.
    case shape(width: Int, height: Int)
    /// The pixels are not as many bytes as width and height say.
    case size(Int)
    /// The detector answered for another number of passes.
    case answers(Int)
    /// Locked memory for the reduced copies could not be had (bytes).
    case memory(Int)
}

/// A quarter turn, clockwise.
package enum Turn: Int, CaseIterable, Sendable {
    case none = 0
    case quarter = 90
    case half = 180
    case threeQuarters = 270
}

/// One look at the picture: how it is reduced, turned and padded before the network sees it.
package struct Pass: Equatable, Sendable {
    /// What the network gets, in pixels, and the smallest score that counts.
    package let plane: DetectionPlane
    /// The whole picture's place in the plane before it is turned, in pixels; grey around it.
    package let content: Region
    package let turn: Turn
    /// The smallest score, in units of 1/65535, that counts for a face all of which is in the picture; one that the
    /// frame cuts looks less like a face, and counts with the plane's own threshold.
    package let wholeThreshold: UInt16

    /// Pixels of the plane before it is turned.
    package var unturnedWidth: Int { turn.swapsSides ? plane.height : plane.width }
    package var unturnedHeight: Int { turn.swapsSides ? plane.width : plane.height }

    /// Neither turned nor padded.
    var isUpright: Bool {
        turn == .none && content == Region(x: 0, y: 0, width: plane.width, height: plane.height)
    }
}

extension Turn {
    package var swapsSides: Bool { self == .quarter || self == .threeQuarters }
}

/// Whether a face can be in the picture, by the camera and the body site.
package enum FaceExpectation: String, Sendable, Equatable {
    /// Overview pictures: somebody's face is in the frame or close to it.
    case expected
    /// A face may or may not be in the frame.
    case possible
    /// Pictures of a site that has no face, taken from a distance: one may be at the edge.
    case unexpected
    /// Contact pictures: the lens lies on the skin, and a face means that something is wrong.
    case impossible
}

/// The passes for a picture, in the order of the detector's planes.
///
/// Upright and turned at 320 pixels on the long side; small, because large faces are missed in enlarged planes.
/// Padded by a quarter on each side at 416, which finds faces that the frame cuts: where such a box reaches beyond
/// the frame, scores count that would mean nothing elsewhere. Where none can be, only 0.35 and more counts.
/// The thresholds were chosen on one half of pictures with and without faces (docs/decisions.md).
///
/// - Parameters:
///   - width: pixels of the picture.
///   - height: pixels of the picture.
package func planPasses(
    width: Int, height: Int, expectation: FaceExpectation
) throws(MaskError) -> [Pass] {
    let sides = 16...32768
    guard sides.contains(width), sides.contains(height), width <= 8 * height, height <= 8 * width else {
        throw .shape(width: width, height: height)
    }
    let scores = Thresholds(expectation)
    var passes: [Pass] = []
    do {
        for turn in Turn.allCases {
            let threshold = turn == .none ? scores.upright : scores.turned
            passes.append(try Pass(of: width, height, longSide: 320, turn: turn, threshold: threshold))
        }
        passes.append(
            try Pass(paddedOf: width, height, longSide: 416, threshold: scores.cut, wholeThreshold: scores.padded))
    } catch { throw .shape(width: width, height: height) }
    return passes
}

/// The passes for a look at the masked result: upright, and each that was sure of a face in the first look.
///
/// Only scores that mean something count (0.35): the weak ones, good for hiding too much, see faces in grey rectangles.
/// A pass that was not sure of a face in the whole picture is not sure of one in what is left of it
/// (docs/decisions.md, "a second look").
/// - Parameters:
///   - width: pixels of the picture.
///   - height: pixels of the picture.
///   - answers: the faces that each pass of `planPasses` saw in the first look.
package func planSecondLook(width: Int, height: Int, after answers: [[PlaneFace]]) throws(MaskError) -> [Pass] {
    let all = try planPasses(width: width, height: height, expectation: .impossible)
    guard answers.count == all.count else { throw .answers(answers.count) }
    return zip(all, answers).enumerated().compactMap { place, look in
        let (pass, faces) = look
        return place == 0 || faces.contains { $0.score >= pass.plane.threshold } ? pass : nil
    }
}

/// Smallest scores that count, in units of 1/65535.
private struct Thresholds {
    var upright = Thresholds.share(120)
    var turned = Thresholds.share(180)
    var padded = Thresholds.share(130)
    /// In the padded pass, for a box that reaches beyond the frame.
    var cut = Thresholds.share(40)

    init(_ expectation: FaceExpectation) {
        guard expectation == .impossible else { return }
        let sure = Self.share(350)
        (upright, turned, padded, cut) = (sure, sure, sure, sure)
    }

    private static func share(_ perMille: Int) -> UInt16 { UInt16(65535 * perMille / 1000) }
}

extension Pass {
    /// The whole picture, turned.
    init(of width: Int, _ height: Int, longSide: Int, turn: Turn, threshold: UInt16) throws(DetectionFormatError) {
        let size = fitted(width, height, longSide: longSide)
        let plane = try DetectionPlane(
            width: turn.swapsSides ? size.height : size.width, height: turn.swapsSides ? size.width : size.height,
            threshold: threshold)
        self.init(
            plane: plane, content: Region(x: 0, y: 0, width: size.width, height: size.height), turn: turn,
            wholeThreshold: threshold)
    }

    /// The picture upright with a border of a quarter of its size on each side, which makes the long side so long.
    init(paddedOf width: Int, _ height: Int, longSide: Int, threshold: UInt16, wholeThreshold: UInt16)
        throws(DetectionFormatError)
    {
        let size = fitted(width, height, longSide: longSide)
        let content = Region(
            x: size.width / 6, y: size.height / 6, width: size.width * 2 / 3, height: size.height * 2 / 3)
        let plane = try DetectionPlane(width: size.width, height: size.height, threshold: threshold)
        self.init(plane: plane, content: content, turn: .none, wholeThreshold: wholeThreshold)
    }
}

/// The size with the long side given, the short side in proportion, both rounded up to multiples of 32.
private func fitted(_ width: Int, _ height: Int, longSide: Int) -> (width: Int, height: Int) {
    let long = max(width, height)
    func side(_ own: Int) -> Int { max(1, (own * longSide + long * 32 - 1) / (long * 32)) * 32 }
    return (side(width), side(height))
}
