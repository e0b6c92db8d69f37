import DetectLink
import PixelLoops

/// The passes of a live view: the upright one for every frame, the others in turn.
enum LivePasses {
    enum Other { case turned(Turn), padded }

    /// Every frame after four has been looked at from each side.
    static let turns: [Other] = [.turned(.quarter), .padded, .turned(.threeQuarters), .turned(.half)]

    /// The two passes of a frame, the upright one first; weak scores count in both that see faces upright.
    ///
    /// - Parameter number: counts the frames from 0.
    static func passes(ofFrame number: Int, width: Int, height: Int) throws(MaskError) -> [Pass] {
        let all = try planPasses(width: width, height: height, expectation: .possible)
        // The first is upright, the last one padded (`planPasses`); the others have its thresholds at a smaller size.
        guard let upright = all.first, let bordered = all.last else { throw .answers(all.count) }
        switch turns[number % turns.count] {
        case .turned(let turn):
            guard let same = all.first(where: { $0.turn == turn }) else { throw .answers(all.count) }
            return [upright, try smaller(turn, as: same, width: width, height: height)]
        case .padded: return [upright, try padded(as: bordered, width: width, height: height)]
        }
    }

    /// The frame's short side in proportion to the long one, both rounded up to multiples of 32.
    private static func sides(_ width: Int, _ height: Int, long: Int) -> (width: Int, height: Int) {
        let longest = max(width, height)
        func side(_ own: Int) -> Int { max(1, (own * long + longest * 32 - 1) / (longest * 32)) * 32 }
        return (side(width), side(height))
    }

    private static func smaller(_ turn: Turn, as same: Pass, width: Int, height: Int) throws(MaskError) -> Pass {
        let size = sides(width, height, long: 256)
        do {
            let plane = try DetectionPlane(
                width: turn.swapsSides ? size.height : size.width, height: turn.swapsSides ? size.width : size.height,
                threshold: same.wholeThreshold)
            return Pass(
                plane: plane, content: Region(x: 0, y: 0, width: size.width, height: size.height), turn: turn,
                wholeThreshold: same.wholeThreshold)
        } catch { throw .shape(width: width, height: height) }
    }

    /// A quarter of grey on each side finds faces that the frame cuts.
    private static func padded(as same: Pass, width: Int, height: Int) throws(MaskError) -> Pass {
        let size = sides(width, height, long: 320)
        do {
            let plane = try DetectionPlane(width: size.width, height: size.height, threshold: same.wholeThreshold)
            let content = Region(
                x: size.width / 6, y: size.height / 6, width: size.width * 2 / 3, height: size.height * 2 / 3)
            return Pass(plane: plane, content: content, turn: .none, wholeThreshold: same.wholeThreshold)
        } catch { throw .shape(width: width, height: height) }
    }
}

/// What a frame looks like from far away: the mean colour of each 16 x 16 block of its upright plane.
struct Glance: Equatable {
    private let blocks: [UInt8]

    /// - Parameters:
    ///   - plane: `width` x `height` interleaved RGB, both multiples of 16.
    init(_ plane: Span<UInt8>, width: Int, height: Int) {
        var blocks = [UInt8](repeating: 0, count: 3 * (width / 16) * (height / 16))
        var output = blocks.mutableSpan
        averagePixels(plane, width: width, height: height, channels: 3, factor: 16, into: &output)
        self.blocks = blocks
    }

    /// Whether the other is of another scene: three in ten of the means differ by more than 24 of 255.
    func isCut(from other: Glance) -> Bool {
        guard blocks.count == other.blocks.count else { return true }
        let changed = zip(blocks, other.blocks).count { abs(Int($0) - Int($1)) > 24 }
        return 10 * changed > 3 * blocks.count
    }
}
