import PixelLoops
import Policy

/// What became of the faces in a picture (product.md 5, `mask`).
package enum MaskOutcome: String, Sendable, Equatable {
    /// Everything that was found or added is overwritten.
    case masked = "MASKED"
    /// None was found, and a person said that none is in view.
    case noFaceConfirmed = "NO_FACE_CONFIRMED"
    /// Nobody can say whether a face is to be seen; such a picture is kept only where the patient allows the face.
    case indeterminate = "INDETERMINATE"
    /// The profile says that no face can be in view; the picture was searched all the same.
    case notApplicable = "NOT_APPLICABLE"
}

/// How the picture was masked, for its record.
package struct MaskRecord: Sendable, Equatable {
    /// Pixels that were overwritten, after rounding outward to what the format can overwrite.
    package struct Area: Sendable, Equatable {
        package enum Source: String, Sendable { case detector, manual }
        package let rectangle: PixelRectangle
        package let source: Source
    }

    package let outcome: MaskOutcome
    package let expectation: FaceExpectation
    /// How much of a face was to be hidden.
    package let shape: SiteRule.Shape
    package let areas: [Area]
    /// Median lightness L* of the picture, 0 to 100.
    package let lightness: Int
    /// Faces seen by the first search and by the search of the result.
    package let facesFound: Int
    package let facesLeft: Int
    /// Who said that no face is in view; only with `noFaceConfirmed`.
    package let confirmation: TechnicianWord.Confirmation?

    /// Whether someone may be known by the picture (DICOM PS3.3, Recognizable Visual Features): what a mask below the
    /// brow leaves is enough for that.
    package var showsFeatures: Bool {
        outcome == .indeterminate || (outcome == .masked && shape == .belowBrow)
    }
}
