import BundleFormat
import Policy

/// The facts of one permitted shot; they travel with its frames into the sealed index.
package struct Exposure: Sendable, Equatable {
    /// Whose picture it is: the patient's handle and the visit, as the consent names them.
    package struct Subject: Sendable, Equatable {
        package let handle: String
        package let encounter: String
    }

    /// The ledger's number of the shot, and the bundle's `seq`.
    package let sequence: Int64
    package let consent: ConsentReference
    /// Nil for a test without a patient.
    package let subject: Subject?
    package let site: Site
    /// What the clinic's policy says of the site.
    package let rule: SiteRule
    package let modality: Modality
    /// How many frames the shot may take.
    package let exposures: Int64
    package let face: FaceRule
    /// The store's recipient of this consent.
    package let sealTo: RecipientText
    /// Further recipients of de-identified assets, by the purposes that hold now.
    package let further: [ConsentToken.FurtherRecipient]
    /// The standing when the shot was permitted.
    package let standing: Standing
    /// The token, verbatim.
    package let token: [UInt8]

    /// `patient` or `service`.
    package var kind: String { Self.kind(subject) }

    static func kind(_ subject: Subject?) -> String { subject == nil ? "service" : "patient" }
}

/// The permission for one shot. Only an open `ConsentSession` makes one, a camera consumes it, and it can be neither
/// copied nor kept in anything that can.
package struct ExposureGrant: ~Copyable, Sendable {
    package let exposure: Exposure
    private var identifiable: IdentifiableGrant?

    init(_ exposure: Exposure, identifiable: consuming IdentifiableGrant?) {
        self.exposure = exposure
        self.identifiable = identifiable
    }

    /// The permission to keep the unmasked picture as well, once; nil where the token has none.
    package mutating func takeIdentifiable() -> IdentifiableGrant? { identifiable.take() }
}

/// The permission to keep one shot's picture with the face in it, beside the masked one. Only a session whose token
/// says `capture.face = identifiable` makes one, and nothing unmasked can be sealed without it.
package struct IdentifiableGrant: ~Copyable, Sendable {
    /// Who may open such a picture, and nobody else: the recipient of the consent's care.
    package let recipient: RecipientText

    /// - Returns: nil where the token wants faces masked.
    init?(_ token: SessionToken) {
        guard token.face == .identifiable else { return nil }
        recipient = token.sealTo
    }
}

/// The permission to look at one frame of a live view. It costs the patient no frame, and what is seen with it can be
/// shown masked on the station and neither kept nor sealed. Only an open `ConsentSession` makes one.
package struct PreviewGrant: ~Copyable, Sendable {
    /// What the clinic's policy says of the site.
    package let rule: SiteRule

    init(_ rule: SiteRule) { self.rule = rule }
}
