import JOSE

/// What a consent token says, as far as the station acts on it; the rest of the token is checked for its form and
/// travels verbatim. Times are seconds since 1970.
package struct ConsentClaims: Sendable, Equatable {
    package struct Notice: Sendable, Equatable {
        package let uri: String
        package let version: String
        package let language: String
        /// 64 lower-case hex digits.
        package let sha256: String
        package let givenAt: Int64
        package let limitsOfAIAcknowledged: Bool
    }

    package struct Given: Sendable, Equatable {
        package let at: Int64
        package let by: String
        package let ageBand: String
        package let method: String
    }

    package struct Capture: Sendable, Equatable {
        package let encounter: String
        package let encounterClass: String
        package let scope: CaptureScope
        package let face: FaceRule
        package let geometry: Bool
        package let video: Bool
        package let genetic: Bool
        package let dataItems: [String]
    }

    /// A place in a status list.
    package struct Status: Sendable, Hashable {
        package let uri: String
        package let index: Int64
    }

    /// Who else may open de-identified assets.
    package struct Recipient: Sendable, Equatable {
        package let id: String
        /// Meant to be an `age1pq` recipient; nil where the entry only names someone whom the clinic serves.
        package let to: String?
    }

    /// One permitted purpose.
    package struct Grant: Sendable, Equatable {
        package let purpose: Purpose
        package let form: Form
        package let recipients: [Recipient]
        package let withdraw: WithdrawalRule
        package let status: Status
    }

    package let iss: String
    package let aud: [String]
    /// The patient's handle: 1 to 64 of `A-Z a-z 0-9 _ -`.
    package let handle: String
    package let jti: String
    package let times: TokenTimes
    package let recordID: String
    package let notice: Notice
    package let given: Given
    /// Meant to be the store's `age1pq` recipient of this consent.
    package let sealTo: String
    package let capture: Capture
    package let permitted: [Grant]
    /// Denied purposes, and purposes this station does not know, as they are written.
    package let denied: [String]
    package let hasRelease: Bool
    package let status: Status
    /// Name and birth date, as the token carries them: an age file to the session, base64url.
    package let who: String?
}
