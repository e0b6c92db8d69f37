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
            let score = same.wholeThreshold
            do { return [upright, try Pass(of: width, height, longSide: 256, turn: turn, threshold: score)] } catch {
                throw .shape(width: width, height: height)
            }
        case .padded:
            let score = bordered.wholeThreshold
            do {
                let padded = try Pass(
                    paddedOf: width, height, longSide: 320, threshold: score, wholeThreshold: score)
                return [upright, padded]
            } catch { throw .shape(width: width, height: height) }
        }
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
