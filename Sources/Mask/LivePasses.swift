import PixelLoops

/// The passes of a live view: each frame is looked at once or twice, and four frames in a row in every way.
enum LivePasses {
    enum Look { case upright, padded, turned(Turn) }

    /// Every second frame upright, because most faces are; the others take their turns.
    static let turns: [[Look]] = [
        [.upright, .turned(.quarter)], [.padded], [.upright, .turned(.threeQuarters)], [.turned(.half)],
    ]

    /// The passes of a frame, an upright one first; weak scores count in both kinds that see faces upright.
    ///
    /// - Parameter number: counts the frames from 0.
    static func passes(ofFrame number: Int, width: Int, height: Int) throws(MaskError) -> [Pass] {
        let all = try planPasses(width: width, height: height, expectation: .possible)
        // The first is upright, the last one padded (`planPasses`); the others have its thresholds at a smaller size.
        guard let upright = all.first, let bordered = all.last else { throw .answers(all.count) }
        var passes: [Pass] = []
        do {
            for look in turns[number % turns.count] {
                switch look {
                case .upright: passes.append(upright)
                case .turned(let turn):
                    guard let same = all.first(where: { $0.turn == turn }) else { throw MaskError.answers(all.count) }
                    let score = same.wholeThreshold
                    passes.append(try Pass(of: width, height, longSide: 256, turn: turn, threshold: score))
                case .padded:
                    let score = bordered.wholeThreshold
                    passes.append(
                        try Pass(paddedOf: width, height, longSide: 320, threshold: score, wholeThreshold: score))
                }
            }
        } catch let error as MaskError { throw error } catch { throw .shape(width: width, height: height) }
        return passes
    }
}

/// What a frame looks like from far away: the mean colours of some twenty blocks along its long side.
struct Glance: Equatable {
    private let blocks: [UInt8]

    /// - Parameters:
    ///   - picture: `width` x `height` interleaved RGB, no side more than 8 times the other.
    init(_ picture: Span<UInt8>, width: Int, height: Int) {
        let side = max(1, max(width, height) / 20)
        var blocks = [UInt8](repeating: 0, count: 3 * (width / side) * (height / side))
        var output = blocks.mutableSpan
        averagePixels(picture, width: width, height: height, channels: 3, factor: side, into: &output)
        self.blocks = blocks
    }

    /// Whether the other is of another scene: three in ten of the means differ by more than 24 of 255.
    func isCut(from other: Glance) -> Bool {
        guard blocks.count == other.blocks.count else { return true }
        let changed = zip(blocks, other.blocks).count { abs(Int($0) - Int($1)) > 24 }
        return 10 * changed > 3 * blocks.count
    }
}
