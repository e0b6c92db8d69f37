/// Why a picture is refused rather than masked.
package enum MaskRefusal: Error, Equatable, Sendable {
    /// The zone is nearly black (median lightness L*, 0 ... 100): a dark face would be missed.
    case tooDark(lightness: Int)
    /// A face is expected and none was found. That none was found does not mean that none is there.
    case noFaceFound
    /// A face was found where the site allows none: it may be another lens or another site than was said.
    case faceWhereNoneCanBe(Region)
}

/// What the passes mean for a picture that may leave memory.
package enum MaskPlan: Equatable, Sendable {
    /// Overwrite these; at least one.
    case overwrite([Region])
    /// The site allows no face and none was found: nothing to overwrite.
    case nothingToHide
    /// None was found where one may be: only a person's word makes it a picture without a face.
    case undecided
}

/// Decides by what the body site allows.
///
/// - Parameters:
///   - found: everything that the detector saw, as `regions(from:passes:width:height:shape:)` gives it.
///   - lightness: median L* of the zone, 0 ... 100.
package func planMask(
    expectation: FaceExpectation, found: [Region], lightness: Int
) throws(MaskRefusal) -> MaskPlan {
    switch (expectation, found.first) {
    case (.impossible, nil): return .nothingToHide
    case (.impossible, let region?): throw .faceWhereNoneCanBe(region)
    case (_, _) where lightness < darkestLightness: throw .tooDark(lightness: lightness)
    case (.expected, nil): throw .noFaceFound
    case (.possible, nil): return .undecided
    case (.expected, _), (.possible, _): return .overwrite(found)
    }
}

/// L*; below it faces of dark skin begin to be missed. Not yet validated on patients' pictures.
package let darkestLightness = 15
