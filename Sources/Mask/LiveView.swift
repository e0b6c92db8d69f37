import Camera
import DetectLink
import JPEG
import LockedMemory
import PixelLoops
import Pixels
import Policy

/// A picture of a live view after masking, as a JPEG of 960 pixels at most on its long side. Only a `LiveView` makes one.
package struct LivePicture: Sendable {
    package let jpeg: [UInt8]
    /// Counts the frames of the view from 0.
    package let number: Int
    /// Rectangles that are hidden.
    package let hidden: Int
    /// Nothing is shown of this frame.
    package let isBlank: Bool
}

/// Masks the frames of one live view, one after the other.
package struct LiveView: ~Copyable {
    private var window = LiveWindow()
    private var waiting: [Held] = []
    private var last: Glance?
    /// What the newest upright pass saw: only beside it can a turned pass's sighting end at a brow.
    private var upright: (pass: Pass, faces: [PlaneFace])?
    /// Where pictures are coded; only masked ones pass through it.
    private var coded: [UInt8] = []
    private var number = 0

    private struct Small: ~Copyable {
        let width: Int
        let height: Int
        let rgb: LockedBytes
    }

    /// A frame that waits for its verdict; a class so that an array can hold locked memory.
    private final class Held {
        let number: Int
        let width: Int
        let height: Int
        private var picture: Small?

        init(_ number: Int, _ picture: consuming Small) {
            self.number = number
            (width, height) = (picture.width, picture.height)
            self.picture = consume picture
        }

        func take() throws(MaskFailure) -> LockedBytes {
            guard let picture = picture.take() else { throw .memory }
            return picture.rgb
        }
    }

    package init() {}

    /// Takes the next frame.
    ///
    /// - Parameter detect: asks the network for the faces of planes, as `DetectorLink.detect` does.
    /// - Returns: an earlier frame, masked; nil for the first ones.
    package mutating func show(
        _ frame: consuming PreviewFrame,
        detect: ([DetectionPlane], Span<UInt8>) throws(DetectorError) -> [[PlaneFace]]
    ) throws(MaskFailure) -> LivePicture? {
        let (facts, shape) = (frame.facts, frame.rule.shape)
        let bytes = frame.takeBytes()
        let surface = try Surface(facts, bytes.span)
        let small = try Self.small(surface.view(ofFrame: bytes.span))
        let (width, height) = (small.width, small.height)
        // Another size is another stream: nothing of the old one is shown any more.
        if let other = waiting.first, (other.width, other.height) != (width, height) {
            window = LiveWindow()
            (waiting, last, upright) = ([], nil, nil)
        }
        let seen = try look(at: small, shape, detect)
        waiting.append(Held(number, small))
        number += 1
        guard let verdict = window.add(seen, width: width, height: height) else { return nil }
        return try picture(of: waiting.removeFirst(), verdict)
    }

    private mutating func look(
        at picture: borrowing Small, _ shape: SiteRule.Shape,
        _ detect: ([DetectionPlane], Span<UInt8>) throws(DetectorError) -> [[PlaneFace]]
    ) throws(MaskFailure) -> LiveWindow.Seen {
        let (width, height) = (picture.width, picture.height)
        do {
            let passes = try LivePasses.passes(ofFrame: number, width: width, height: height)
            let planes = try reduce(try Picture(picture.rgb.span, width: width, height: height), for: passes)
            let glance = Glance(picture.rgb.span, width: width, height: height)
            defer { last = glance }
            let lightness = Self.lightness(of: planes.span, passes[0])
            let answers = try detect(passes.map(\.plane), planes.span)
            return LiveWindow.Seen(
                regions: try regions(answers, passes, width, height, shape), isDark: lightness < darkestLightness,
                isCut: last.map(glance.isCut) ?? false)
        } catch let error as DetectorError {
            throw .detector(error)
        } catch let error as MaskError { throw .search(error) } catch { throw .memory }
    }

    /// Of the picture in the first plane, without a border.
    private static func lightness(of planes: Span<UInt8>, _ pass: Pass) -> Int {
        let (width, height) = (pass.plane.width, pass.plane.height)
        let whole = Region(x: 0, y: 0, width: width, height: height)
        return medianLightness(
            of: planes.extracting(0..<pass.plane.byteCount), width: width, height: height,
            in: pass.turn == .none ? pass.content : whole)
    }

    private mutating func regions(
        _ answers: [[PlaneFace]], _ passes: [Pass], _ width: Int, _ height: Int, _ shape: SiteRule.Shape
    ) throws(MaskError) -> [Region] {
        var (answers, passes) = (answers, passes)
        if let place = passes.firstIndex(where: \.isUpright) {
            upright = (passes[place], answers[place])
        } else if shape == .belowBrow, let upright {
            passes.append(upright.pass)
            answers.append(upright.faces)
        }
        return try Mask.regions(from: answers, passes: passes, width: width, height: height, shape: shape)
    }

    /// RGB of at most 960 pixels on the long side.
    private static func small(_ view: consuming SearchView) throws(MaskFailure) -> Small {
        let channels = view.bytes.count / (view.width * view.height)
        let factor = max(1, (max(view.width, view.height) + 959) / 960)
        if factor == 1, channels == 3 { return Small(width: view.width, height: view.height, rgb: view.bytes) }
        let (width, height) = (view.width / factor, view.height / factor)
        do {
            var averaged = try LockedBytes(count: channels * width * height)
            var output = averaged.mutableSpan
            averagePixels(
                view.bytes.span, width: view.width, height: view.height, channels: channels, factor: factor,
                into: &output)
            if channels == 3 { return Small(width: width, height: height, rgb: averaged) }
            var rgb = try LockedBytes(count: 3 * width * height)
            var colour = rgb.mutableSpan
            placePixels(
                averaged.span, channels: channels, width: width, height: height, first: 0, across: 1, down: width,
                into: &colour)
            return Small(width: width, height: height, rgb: rgb)
        } catch { throw .memory }
    }

    private mutating func picture(of held: Held, _ verdict: LiveWindow.Verdict) throws(MaskFailure) -> LivePicture {
        var rgb = try held.take()
        let whole = Region(x: 0, y: 0, width: held.width, height: held.height)
        let (hiding, isBlank) =
            switch verdict {
            case .show(let regions): (regions, false)
            case .blank: ([whole], true)
            }
        do {
            var pixels = rgb.mutableSpan
            for region in hiding {
                PixelLoops.fill(
                    &pixels, first: 3 * (region.y * held.width + region.x), stride: 3 * held.width,
                    count: 3 * region.width, height: region.height, even: 128, odd: 128)
            }
        }
        let bound = encodedBound(width: held.width, height: held.height)
        if coded.count < bound { coded = [UInt8](repeating: 0, count: bound) }
        do {
            var output = coded.mutableSpan
            let count = try encodeJPEG(
                rgb: rgb.span, width: held.width, height: held.height, quality: 80, into: &output)
            return LivePicture(
                jpeg: Array(coded[..<count]), number: held.number, hidden: hiding.count, isBlank: isBlank)
        } catch { throw .picture(error) }
    }
}

extension Masker {
    /// Masks the next frame of a live view.
    package mutating func show(
        _ frame: consuming PreviewFrame, in view: inout LiveView
    ) throws(MaskFailure) -> LivePicture? {
        try view.show(frame) { planes, pixels throws(DetectorError) in
            try detector.detect(planes, pixels: pixels, milliseconds: patience)
        }
    }
}
