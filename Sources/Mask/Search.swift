import DetectLink
import JPEG
import LockedMemory
import Policy

/// What one search of a picture saw.
package struct FoundFaces: Equatable, Sendable {
    /// What is to be overwritten, in the picture's pixels.
    package let regions: [Region]
    /// Median lightness L* of the whole picture, 0 to 100.
    package let lightness: Int
    /// What each pass saw.
    let answers: [[PlaneFace]]

    /// Faces of which the mask leaves a tenth or more to be seen.
    func uncovered(by mask: [Region]) -> [Region] {
        regions.filter { region in
            !mask.contains { $0.intersection(region).map { $0.area * 10 > region.area * 9 } ?? false }
        }
    }
}

/// The search for faces that every shot gets; also for whoever measures it on pictures that are no shots.
extension DetectorLink {
    /// Looks for faces in a picture.
    ///
    /// - Parameters:
    ///   - first: the look at the frame, where this is the one at its masked result.
    ///   - factor: how many times smaller each way the picture is than what the regions are for.
    ///   - milliseconds: time for the detector's answer.
    ///   - meanwhile: what the caller has to do while the detector looks.
    package mutating func search(
        _ picture: borrowing Picture, _ expectation: FaceExpectation, _ shape: SiteRule.Shape = .face,
        after first: FoundFaces? = nil,
        factor: Int = 1, milliseconds: Int, meanwhile: () -> Void = {}
    ) throws(MaskFailure) -> FoundFaces {
        let (width, height) = (picture.width, picture.height)
        do {
            let passes =
                if let first {
                    try planSecondLook(width: width, height: height, after: first.answers)
                } else {
                    try planPasses(width: width, height: height, expectation: expectation)
                }
            let planes = try reduce(picture, for: passes)
            let answers = try detect(
                passes.map(\.plane), pixels: planes.span, milliseconds: milliseconds, meanwhile: meanwhile)
            let found = try regions(from: answers, passes: passes, width: width, height: height, shape: shape)
            // The upright pass comes first and holds the whole picture.
            let upright = passes[0].plane
            let lightness = medianLightness(
                of: planes.span.extracting(0..<upright.byteCount), width: upright.width, height: upright.height,
                in: Region(x: 0, y: 0, width: upright.width, height: upright.height))
            return FoundFaces(
                regions: found.map { $0.enlarged(factor) }, lightness: lightness, answers: answers)
        } catch let error as DetectorError {
            throw .detector(error)
        } catch let error as MaskError { throw .search(error) } catch { throw .memory }
    }

    /// Looks for faces in a JPEG, decoded no larger than a shot's JPEG would be.
    ///
    /// - Parameter milliseconds: time for the detector's answer.
    package mutating func search(
        jpeg bytes: Span<UInt8>, _ expectation: FaceExpectation, milliseconds: Int
    ) throws(MaskFailure) -> FoundFaces {
        let header: JPEGHeader
        do { header = try JPEGHeader(parsing: bytes) } catch { throw .picture(error) }
        let view = try Surface.jpeg(header).view(ofFrame: bytes)
        let found = try search(view, expectation, milliseconds: milliseconds)
        let whole = Region(x: 0, y: 0, width: header.width, height: header.height)
        return FoundFaces(
            regions: found.regions.compactMap { $0.intersection(whole) }, lightness: found.lightness,
            answers: found.answers)
    }

    mutating func search(
        _ view: borrowing SearchView, _ expectation: FaceExpectation, _ shape: SiteRule.Shape = .face,
        after first: FoundFaces? = nil, milliseconds: Int, meanwhile: () -> Void = {}
    ) throws(MaskFailure) -> FoundFaces {
        do {
            let picture = try Picture(view.bytes.span, width: view.width, height: view.height)
            return try search(
                picture, expectation, shape, after: first, factor: view.factor, milliseconds: milliseconds,
                meanwhile: meanwhile)
        } catch let error as MaskFailure { throw error } catch let error as MaskError { throw .search(error) } catch {
            throw .memory
        }
    }
}

extension Region {
    /// The region in a picture `factor` times as large each way.
    fileprivate func enlarged(_ factor: Int) -> Region {
        Region(x: x * factor, y: y * factor, width: width * factor, height: height * factor)
    }
}
