import Camera
import Consent
import LockedMemory
import Pixels

/// A picture's samples, masked or as the camera saw it.
package enum FrameSamples: Sendable, Equatable {
    /// A baseline JPEG file without markers that say anything; coefficients outside a mask are the camera's.
    case jpeg
    /// Rows without padding, converted as docs/bundle.md says.
    case rows(SampleKind)
}

/// A frame's samples with what is known of them.
struct FrameBody: ~Copyable, Sendable {
    let exposure: Exposure
    let profile: CameraProfile
    let facts: FrameFacts
    let samples: FrameSamples
    let bytes: LockedBytes
}

/// A frame after every face in it was overwritten. Only `Masker` makes one.
package struct MaskedFrame: ~Copyable, Sendable {
    package let record: MaskRecord
    let body: FrameBody

    init(_ record: MaskRecord, overwritten body: consuming FrameBody) {
        self.record = record
        self.body = body
    }

    /// The masked samples; a span cannot outlive the frame.
    package var span: Span<UInt8> {
        @_lifetime(borrow self) get { body.bytes.span }
    }
}

/// A frame with whatever face is in it. Only `Masker` makes one, and only with a grant that the token gave.
package struct IdentifiableFrame: ~Copyable, Sendable {
    let grant: IdentifiableGrant
    let body: FrameBody

    init(_ grant: consuming IdentifiableGrant, _ body: consuming FrameBody) {
        self.grant = grant
        self.body = body
    }
}

/// What masking makes of one frame.
package struct MaskedShot: ~Copyable, Sendable {
    package enum Frames: ~Copyable, Sendable {
        case masked(MaskedFrame)
        /// The patient allows the face to be seen: both pictures are kept, for different eyes.
        case both(MaskedFrame, IdentifiableFrame)
        /// Nobody can say what the picture shows, and the patient allows the face to be seen.
        case undecided(IdentifiableFrame)
    }

    package let exposure: Exposure
    package let profile: CameraProfile
    package let facts: FrameFacts
    package let record: MaskRecord
    private let frames: Frames
    private var depth: ShotDepth?

    init(masked: consuming MaskedFrame, open: consuming IdentifiableFrame?) {
        (exposure, profile, facts) = (masked.body.exposure, masked.body.profile, masked.body.facts)
        record = masked.record
        depth = nil
        if let open = consume open { frames = .both(masked, open) } else { frames = .masked(masked) }
    }

    init(undecided record: MaskRecord, _ frame: consuming IdentifiableFrame) {
        (exposure, profile, facts) = (frame.body.exposure, frame.body.profile, frame.body.facts)
        self.record = record
        depth = nil
        frames = .undecided(frame)
    }

    /// The same shot with what its depth camera saw.
    mutating func take(_ depth: consuming ShotDepth) { self.depth = consume depth }

    /// What became of the depth; nil where the camera has none, or it was taken.
    package var depthRecord: DepthRecord? {
        switch depth {
        case .some(let depth): depth.record
        case .none: nil
        }
    }

    /// What the depth camera saw, once; nil where the camera has none.
    package mutating func takeDepth() -> ShotDepth? { depth.take() }

    package consuming func takeFrames() -> Frames { frames }
}
