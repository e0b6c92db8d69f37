import Camera
import DetectLink
import JPEG
import LockedMemory
import PixelLoops
import Pixels

/// Why a frame could not be masked; nothing of it is kept.
package enum MaskFailure: Error, Equatable, Sendable {
    case refused(MaskRefusal)
    /// No face was found where one may be: only a person's word would make it a picture without one.
    case undecided
    /// A face was still seen after masking twice.
    case faceRemains
    /// The camera's JPEG is not one that can be masked.
    case picture(JPEGError)
    case pixels(PixelError)
    /// The masked picture could not be proved to be masked.
    case proof(JPEGError)
    case detector(DetectorError)
    case search(MaskError)
    case memory
    /// The token asks for what this version does not build: the face left visible.
    case identifiableNotBuilt
}

/// Overwrites every face of a frame, and looks at the result again.
package struct Masker: ~Copyable {
    private var detector: DetectorLink
    /// Milliseconds for one search.
    private let patience: Int

    package init(_ detector: consuming DetectorLink, patience: Int) {
        self.detector = detector
        self.patience = patience
    }

    /// Whether a detector would take a request now.
    package mutating func hasDetector() -> Bool { detector.isReachable() }

    package mutating func mask(_ frame: consuming PlainFrame) throws(MaskFailure) -> MaskedFrame {
        guard frame.exposure.face == .mask else { throw .identifiableNotBuilt }
        let (exposure, profile, facts) = (frame.exposure, frame.profile, frame.facts)
        var bytes = frame.takeBytes()
        let surface = try Surface(facts, bytes.span)
        let expectation: FaceExpectation =
            switch profile.face {
            case .expected: .expected
            case .possible: .possible
            case .impossible: .impossible
            }
        let first = try search(surface.view(ofFrame: bytes.span), expectation)
        var regions: [Region]
        do {
            switch try planMask(expectation: expectation, found: first.regions, lightness: first.lightness) {
            case .overwrite(let found): regions = found
            case .nothingToHide: regions = []
            case .undecided: throw MaskFailure.undecided
            }
        } catch let error as MaskRefusal { throw .refused(error) } catch { throw .undecided }
        var result = try surface.overwrite(&bytes, regions)
        var second = try search(surface.view(ofResult: result.span), .impossible, after: first)
        if !second.uncovered(by: regions).isEmpty {
            // What shows itself only now is hidden too, once; a picture that goes on showing faces is refused.
            if expectation == .impossible { throw .faceRemains }
            regions += second.uncovered(by: regions)
            result = try surface.overwrite(&bytes, regions)
            second = try search(surface.view(ofResult: result.span), .impossible)
            guard second.uncovered(by: regions).isEmpty else { throw .faceRemains }
        }
        let record = MaskRecord(
            outcome: regions.isEmpty ? .notApplicable : .masked, regions: surface.covered(by: regions),
            lightness: first.lightness, facesFound: first.regions.count,
            facesLeft: second.uncovered(by: regions).count)
        return MaskedFrame(
            exposure: exposure, profile: profile, facts: facts, record: record, samples: surface.samples,
            overwritten: result)
    }

    private struct Found {
        let regions: [Region]
        let lightness: Int
        /// What each pass saw.
        let answers: [[PlaneFace]]

        /// Faces of which the mask leaves a tenth or more to be seen.
        func uncovered(by mask: [Region]) -> [Region] {
            regions.filter { region in
                !mask.contains { $0.intersection(region).map { $0.area * 10 > region.area * 9 } ?? false }
            }
        }
    }

    /// Looks for faces in a picture that is at most as large as the frame.
    ///
    /// - Parameter first: the look at the frame, where this is the first one at its masked result.
    private mutating func search(
        _ view: consuming SearchView, _ expectation: FaceExpectation, after first: Found? = nil
    ) throws(MaskFailure) -> Found {
        do {
            let passes =
                if let first {
                    try planSecondLook(width: view.width, height: view.height, after: first.answers)
                } else {
                    try planPasses(width: view.width, height: view.height, expectation: expectation)
                }
            let picture = try Picture(view.bytes.span, width: view.width, height: view.height)
            let planes = try reduce(picture, for: passes)
            let answers = try detector.detect(passes.map(\.plane), pixels: planes.span, milliseconds: patience)
            let found = try regions(
                from: answers, passes: passes, width: view.width, height: view.height, shape: .face)
            // The upright pass comes first and holds the whole picture.
            let upright = passes[0].plane
            let lightness = medianLightness(
                of: planes.span.extracting(0..<upright.byteCount), width: upright.width, height: upright.height,
                in: Region(x: 0, y: 0, width: upright.width, height: upright.height))
            return Found(
                regions: found.map { $0.enlarged(view.factor) }, lightness: lightness, answers: answers)
        } catch let error as DetectorError {
            throw .detector(error)
        } catch let error as MaskError { throw .search(error) } catch { throw .memory }
    }
}

extension Region {
    /// The region in a picture `factor` times as large each way.
    fileprivate func enlarged(_ factor: Int) -> Region {
        Region(x: x * factor, y: y * factor, width: width * factor, height: height * factor)
    }
}
