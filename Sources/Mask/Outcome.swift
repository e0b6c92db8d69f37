import Camera
import Policy

/// Why a picture is refused rather than masked.
package enum MaskRefusal: Error, Equatable, Sendable {
    /// The zone is nearly black (median lightness L*, 0 ... 100): a dark face would be missed.
    case tooDark(lightness: Int)
    /// None was found where one may be. That none was found does not mean that none is there.
    case noFaceFound
    /// A face was found where the instrument allows none: it may be another lens or another site than was said.
    case faceWhereNoneCanBe(Region)
    /// What was found lies over the middle of a site that has no face: the mask would hide what the picture is for.
    case coversSite
    /// A face was still seen after masking twice.
    case faceRemains

    /// Whether it is unknown what the picture shows: it may then leave memory only as one that shows the face.
    var isUndecided: Bool {
        switch self {
        case .tooDark, .noFaceFound, .faceRemains: true
        case .faceWhereNoneCanBe, .coversSite: false
        }
    }
}

/// What the search means for a picture that may leave memory.
package enum MaskPlan: Equatable, Sendable {
    /// Overwrite these; at least one.
    case overwrite([Region])
    /// The instrument allows no face and none was found.
    case nothingToHide
    /// None was found, and a person says that none is in view.
    case confirmedFree
}

/// What the search saw in a picture.
package struct SeenFaces: Equatable, Sendable {
    /// What is to be overwritten, in the picture's pixels.
    package let found: [Region]
    /// Median L* of the picture, 0 ... 100.
    package let lightness: Int
    /// Pixels of the picture.
    package let width: Int
    package let height: Int

    package init(found: [Region], lightness: Int, width: Int, height: Int) {
        (self.found, self.lightness, self.width, self.height) = (found, lightness, width, height)
    }

    /// Whether more than half of the middle ninth of the picture lies under what was found.
    var coversMiddle: Bool {
        let middle = Region(x: width / 3, y: height / 3, width: max(1, width / 3), height: max(1, height / 3))
        let covered = found.compactMap { $0.intersection(middle)?.area }.reduce(0, +)
        return 2 * covered > middle.area
    }
}

/// Decides by what camera and body site allow, and by what a person adds.
///
/// - Parameters:
///   - added: regions that a person wants hidden as well; they can only add.
///   - confirmedFree: a person says that no face is in view. It counts only where none was found.
package func planMask(
    expectation: FaceExpectation, _ seen: SeenFaces, added: [Region] = [], confirmedFree: Bool = false
) throws(MaskRefusal) -> MaskPlan {
    let everything = seen.found + added
    if expectation == .impossible {
        if let face = seen.found.first { throw .faceWhereNoneCanBe(face) }
        return everything.isEmpty ? .nothingToHide : .overwrite(everything)
    }
    if seen.lightness < darkestLightness { throw .tooDark(lightness: seen.lightness) }
    if everything.isEmpty {
        if confirmedFree { return .confirmedFree }
        throw .noFaceFound
    }
    if expectation == .unexpected, seen.coversMiddle { throw .coversSite }
    return .overwrite(everything)
}

/// L*; below it faces of dark skin begin to be missed. Not yet validated on patients' pictures.
package let darkestLightness = 15

extension FaceExpectation {
    /// A contact instrument sees no face whatever the site; else the site says more than the camera does.
    package init(camera: CameraProfile.Face, site: SiteRule.Face) {
        self =
            switch (camera, site) {
            case (.impossible, _): .impossible
            case (_, .expected): .expected
            case (_, .unexpected): .unexpected
            case (.expected, .possible): .expected
            case (.possible, .possible): .possible
            }
    }
}
