import BundleFormat
import Camera
import Consent
import Depth
import Pixels

/// What became of a shot's depth, for its record.
package struct DepthRecord: Sendable, Equatable {
    package let facts: DepthFacts
    /// Depth pixels that were measured and are zero now; nil where the depth shows whatever face was there.
    package let hidden: Int?
}

/// What a shot measured beside its picture: masked by the picture's mask, or kept whole under a grant for geometry.
/// Only `Masker` makes one. Infrared is always masked.
package struct ShotDepth: ~Copyable, Sendable {
    enum Measured: ~Copyable, Sendable {
        case masked(MaskedDepth)
        case whole(WholeDepth)
    }

    package let record: DepthRecord
    let recipient: RecipientText
    let measured: Measured
    let infrared: MaskedInfrared?

    /// - Parameters:
    ///   - mask: what became of the colour picture.
    ///   - colour: pixels of the colour picture.
    ///   - recipient: the store of the shot's consent, and nobody else.
    init(
        _ plain: consuming PlainDepth, _ mask: MaskRecord, colour: (width: Int, height: Int),
        for recipient: RecipientText, _ geometry: consuming GeometryGrant?
    ) throws(MaskFailure) {
        let facts = plain.facts
        let mask = try Self.mask(of: mask, colour, facts)
        let depth: DepthFrame
        var infrared: MaskedInfrared?
        switch plain.takeFrames() {
        case .depth(let taken): depth = taken
        case .both(let taken, let lit):
            depth = taken
            // Without a mask there is no infrared: no grant lets it be kept as it is.
            if let mask { infrared = try Self.hide(lit, mask) }
        }
        let measured: Measured
        let hidden: Int?
        if let geometry = consume geometry {
            measured = .whole(WholeDepth(depth, under: geometry))
            hidden = nil
        } else if let mask {
            let masked = try Self.hide(depth, mask)
            hidden = masked.hidden
            measured = .masked(masked)
        } else {
            throw .depthUndecided
        }
        record = DepthRecord(facts: facts, hidden: hidden)
        self.recipient = recipient
        self.measured = measured
        self.infrared = infrared
    }

    private static func hide(_ frame: consuming DepthFrame, _ mask: DepthMask) throws(MaskFailure) -> MaskedDepth {
        do { return try mask.hide(frame) } catch { throw .depth(error) }
    }

    private static func hide(
        _ frame: consuming InfraredFrame, _ mask: DepthMask
    ) throws(MaskFailure) -> MaskedInfrared {
        do { return try mask.hide(frame) } catch { throw .depth(error) }
    }

    /// The picture's mask, carried into depth; nil where nobody could say what the picture shows.
    private static func mask(
        of record: MaskRecord, _ colour: (width: Int, height: Int), _ facts: DepthFacts
    ) throws(MaskFailure) -> DepthMask? {
        guard record.outcome != .indeterminate else { return nil }
        do {
            return try DepthMask(
                record.areas.map(\.rectangle), colour: colour, depth: (facts.depth.width, facts.depth.height),
                facts.calibration)
        } catch { throw .depth(error) }
    }
}
