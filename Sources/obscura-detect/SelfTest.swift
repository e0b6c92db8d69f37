import FaceNet

/// The network did not see what it has always seen.
enum SelfTestError: Error {
    case missed
    case misplaced
    case imagined
}

/// Shows the network a drawn face and an empty plane before any patient is in front of it.
///
/// It finds a library that computes wrongly on this processor, which no digest can.
enum SelfTest {
    private static let side = 192

    static func run(_ net: inout FaceNet) throws {
        let plane = try FacePlane(width: side, height: side, threshold: 0.1)
        let empty = [UInt8](repeating: 128, count: plane.byteCount)
        // Side by side, as a shot's planes are: an engine that mixed them up would show it here.
        let answers = try net.detect([plane, plane], pixels: (drawing + empty).span)
        let seen = answers[0]
        guard let face = seen.first, seen.count == 1, face.score >= 0.5 else { throw SelfTestError.missed }
        let expected: [Float] = [56, 40, 136, 152]
        let found = [face.left, face.top, face.right, face.bottom]
        guard zip(found, expected).allSatisfy({ abs($0 - $1) <= 16 }) else { throw SelfTestError.misplaced }
        guard answers[1].isEmpty else { throw SelfTestError.imagined }
    }

    /// An oval with eyes, brows, nose and mouth on grey: RGB, `side` x `side`.
    private static var drawing: [UInt8] {
        var rgb: [UInt8] = []
        for y in 0..<side {
            for x in 0..<side { rgb += colour(Float(x) + 0.5, Float(y) + 0.5) }
        }
        return rgb
    }

    private static func colour(_ x: Float, _ y: Float) -> [UInt8] {
        func oval(_ centreX: Float, _ centreY: Float, _ radiusX: Float, _ radiusY: Float) -> Bool {
            let (dx, dy) = ((x - centreX) / radiusX, (y - centreY) / radiusY)
            return dx * dx + dy * dy <= 1
        }
        for centre in [Float(78), 114] {
            if oval(centre, 88, 3, 3) { return [20, 15, 15] }
            if oval(centre, 88, 8, 4) { return [240, 240, 240] }
            if oval(centre, 76, 11, 2.5) { return [60, 40, 30] }
        }
        if oval(96, 129, 14, 4) { return [160, 60, 60] }
        if oval(96, 112, 6, 3) { return [170, 120, 95] }
        if oval(96, 102, 3, 12) { return [228, 185, 158] }
        if oval(96, 96, 40, 56) { return y < 58 ? [70, 45, 30] : [215, 165, 135] }
        if oval(96, 80, 48, 56) { return [70, 45, 30] }
        return y > 150 && oval(96, 200, 80, 50) ? [60, 90, 140] : [150, 155, 160]
    }
}
