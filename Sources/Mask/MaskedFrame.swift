import Camera
import Consent
import LockedMemory
import PixelLoops
import Pixels

/// What became of the faces in a picture (product.md 5, `mask`).
package enum MaskOutcome: String, Sendable, Equatable {
    /// Every face that was found is overwritten.
    case masked = "MASKED"
    /// The profile says that no face can be in view; the picture was searched all the same.
    case notApplicable = "NOT_APPLICABLE"
}

/// How the picture was masked, for its record.
package struct MaskRecord: Sendable, Equatable {
    package let outcome: MaskOutcome
    /// What was overwritten, in pixels, after rounding outward to what the format can overwrite.
    package let regions: [PixelRectangle]
    /// Median lightness L* of the picture, 0 to 100.
    package let lightness: Int
    /// Faces seen by the first search and by the search of the result.
    package let facesFound: Int
    package let facesLeft: Int
}

/// The picture's samples after masking.
package enum MaskedSamples: Sendable, Equatable {
    /// A baseline JPEG file; coefficients outside the mask are the camera's.
    case jpeg
    /// Rows without padding, converted as docs/bundle.md says.
    case rows(SampleKind)
}

/// A frame after every face in it was overwritten. Only `Masker` makes one.
package struct MaskedFrame: ~Copyable, Sendable {
    package let exposure: Exposure
    package let profile: CameraProfile
    package let facts: FrameFacts
    package let record: MaskRecord
    package let samples: MaskedSamples
    let bytes: LockedBytes

    init(
        exposure: Exposure, profile: CameraProfile, facts: FrameFacts, record: MaskRecord, samples: MaskedSamples,
        overwritten bytes: consuming LockedBytes
    ) {
        self.exposure = exposure
        self.profile = profile
        self.facts = facts
        self.record = record
        self.samples = samples
        self.bytes = bytes
    }

    /// The masked samples; a span cannot outlive the frame.
    package var span: Span<UInt8> {
        @_lifetime(borrow self) get { bytes.span }
    }
}
