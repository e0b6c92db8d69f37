import Camera
import Consent
import Depth
import DetectLink
import JPEG
import LockedMemory
import PixelLoops
import Pixels
import Policy

/// Why a frame could not be masked; nothing of it is kept.
package enum MaskFailure: Error, Equatable, Sendable {
    case refused(MaskRefusal)
    /// The camera's JPEG is not one that can be masked.
    case picture(JPEGError)
    case pixels(PixelError)
    /// The masked picture could not be proved to be masked.
    case proof(JPEGError)
    case detector(DetectorError)
    case search(MaskError)
    case depth(DepthFault)
    /// Nobody can say where a face is, and the consent has no grant to keep geometry that shows one.
    case depthUndecided
    case memory
}

/// Overwrites every face of a frame, and looks at the result again.
package struct Masker: ~Copyable {
    var detector: DetectorLink
    /// Milliseconds for one search.
    let patience: Int

    package init(_ detector: consuming DetectorLink, patience: Int) {
        self.detector = detector
        self.patience = patience
    }

    /// Whether a detector would take a request now.
    package mutating func hasDetector() -> Bool { detector.isReachable() }

    /// Masks a frame, and keeps it unmasked as well where the patient's consent gave a grant for that.
    ///
    /// - Parameters:
    ///   - word: what the person at the station says of this shot.
    ///   - geometry: keeps the depth as it was measured; without it the picture's mask is carried into the depth.
    package mutating func mask(
        _ frame: consuming PlainFrame, _ word: TechnicianWord = .none, geometry: consuming GeometryGrant? = nil
    ) throws(MaskFailure) -> MaskedShot {
        guard let depth = frame.takeDepth() else { return try maskPicture(frame, word) }
        var shot = try maskPicture(frame, word)
        let (record, facts, store) = (shot.record, shot.facts, shot.exposure.sealTo)
        shot.take(
            try ShotDepth(depth, record, colour: (facts.width, facts.height), for: store, geometry))
        return shot
    }

    private mutating func maskPicture(
        _ frame: consuming PlainFrame, _ word: TechnicianWord
    ) throws(MaskFailure) -> MaskedShot {
        let ground = Ground(frame)
        let grant = frame.takeIdentifiable()
        var bytes = frame.takeBytes()
        let surface = try Surface(ground.facts, bytes.span)
        var open: IdentifiableFrame?
        if let grant = consume grant {
            // Written anew without a mask: the camera's own file may carry words, places and thumbnails.
            open = IdentifiableFrame(grant, ground.body(surface, try surface.overwrite(&bytes, [])))
        }
        let view = try surface.view(ofFrame: bytes.span)
        let first = try detector.search(view, ground.expectation, ground.shape, milliseconds: patience)
        do throws(MaskFailure) {
            return MaskedShot(masked: try overwrite(&bytes, view, surface, ground, first, word), open: open.take())
        } catch {
            guard case .refused(let refusal) = error, refusal.isUndecided, let open = open.take() else { throw error }
            let record = MaskRecord(
                outcome: .indeterminate, expectation: ground.expectation, shape: ground.shape, areas: [],
                lightness: first.lightness, facesFound: first.regions.count, facesLeft: first.regions.count,
                confirmation: nil)
            return MaskedShot(undecided: record, open)
        }
    }

    private mutating func overwrite(
        _ bytes: inout LockedBytes, _ view: consuming SearchView, _ surface: Surface, _ ground: Ground,
        _ first: FoundFaces, _ word: TechnicianWord
    ) throws(MaskFailure) -> MaskedFrame {
        let added = word.covers.map { $0.region(width: ground.facts.width, height: ground.facts.height) }
        let plan: MaskPlan
        do {
            let seen = SeenFaces(
                found: first.regions, lightness: first.lightness, width: ground.facts.width,
                height: ground.facts.height)
            plan = try planMask(
                expectation: ground.expectation, seen, added: added, confirmedFree: word.confirmedFree != nil)
        } catch { throw .refused(error) }
        var found = first.regions
        var result: LockedBytes
        var left: [Region] = []
        if plan == .overwrite(found + added) {
            let hidden = try hide(found + added, &bytes, view, surface, ground, first)
            left = hidden.left
            result = hidden.takeResult()
        } else {
            // A picture in which nothing is overwritten is the one that was searched.
            result = try surface.overwrite(&bytes, found + added)
        }
        if !left.isEmpty {
            // What shows itself only now is hidden too, once; a picture that goes on showing faces is refused.
            found += left
            result = try surface.overwrite(&bytes, found + added)
            left = try lookAgain(surface, result, ground).uncovered(by: found + added)
            guard left.isEmpty else { throw .refused(.faceRemains) }
        }
        let outcome: MaskOutcome =
            switch plan {
            case .overwrite: .masked
            case .nothingToHide: .notApplicable
            case .confirmedFree: .noFaceConfirmed
            }
        let areas =
            surface.covered(by: found).map { MaskRecord.Area(rectangle: $0, source: .detector) }
            + surface.covered(by: added).map { MaskRecord.Area(rectangle: $0, source: .manual) }
        let record = MaskRecord(
            outcome: outcome, expectation: ground.expectation, shape: ground.shape, areas: areas,
            lightness: first.lightness, facesFound: first.regions.count, facesLeft: left.count,
            confirmation: outcome == .noFaceConfirmed ? word.confirmedFree : nil)
        return MaskedFrame(record, overwritten: ground.body(surface, result))
    }

    /// What was overwritten, and what a second look still saw in it.
    private struct Hidden: ~Copyable {
        private let result: LockedBytes
        /// Faces that the mask leaves uncovered.
        let left: [Region]

        init(_ result: consuming LockedBytes, left: [Region]) {
            self.result = result
            self.left = left
        }

        consuming func takeResult() -> LockedBytes { result }
    }

    /// Overwrites regions, and searches what is then to be seen. Of a JPEG both happen at once, for its pixels are known
    /// before it is written; nothing comes of it unless the coefficients are proved to be those.
    private mutating func hide(
        _ regions: [Region], _ bytes: inout LockedBytes, _ view: consuming SearchView, _ surface: Surface,
        _ ground: Ground, _ first: FoundFaces
    ) throws(MaskFailure) -> Hidden {
        guard try surface.cover(regions, in: &view) else {
            let result = try surface.overwrite(&bytes, regions)
            let left = try lookAgain(surface, result, ground, after: first).uncovered(by: regions)
            return Hidden(result, left: left)
        }
        var written: LockedBytes?
        var failure: MaskFailure?
        let second = try detector.search(view, .impossible, ground.shape, after: first, milliseconds: patience) {
            do throws(MaskFailure) { written = try surface.overwrite(&bytes, regions) } catch { failure = error }
        }
        if let failure { throw failure }
        guard let result = written.take() else { throw .memory }
        return Hidden(result, left: second.uncovered(by: regions))
    }

    /// Searches the masked picture. Only scores that mean something count: the weak ones, good for hiding too much, see
    /// faces in grey rectangles.
    ///
    /// - Parameter first: the search of the frame, which says what passes are worth a second look; nil asks all.
    private mutating func lookAgain(
        _ surface: Surface, _ result: borrowing LockedBytes, _ ground: Ground, after first: FoundFaces? = nil
    ) throws(MaskFailure) -> FoundFaces {
        try detector.search(
            surface.view(ofResult: result.span), .impossible, ground.shape, after: first, milliseconds: patience)
    }

    /// What a frame says of itself, kept while its bytes are worked on.
    private struct Ground {
        let exposure: Exposure
        let profile: CameraProfile
        let facts: FrameFacts

        init(_ frame: borrowing PlainFrame) {
            (exposure, profile, facts) = (frame.exposure, frame.profile, frame.facts)
        }

        var expectation: FaceExpectation {
            FaceExpectation(camera: profile.face, site: exposure.rule.face)
        }
        var shape: SiteRule.Shape { exposure.rule.shape }

        func body(_ surface: Surface, _ bytes: consuming LockedBytes) -> FrameBody {
            FrameBody(
                exposure: exposure, profile: profile, facts: facts, samples: surface.samples, bytes: bytes)
        }
    }
}
