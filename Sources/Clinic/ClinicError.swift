/// Why the clinic's side refuses.
package enum ClinicError: Error, Equatable, Sendable {
    /// `init` never writes over what is there; the path.
    case folderExists(String)
    /// No clinic was made at this path.
    case noClinic(String)
    /// A file of the clinic's folder cannot be used; its name and the system's words.
    case file(String, reason: String)
    /// A file of the clinic's folder is not what this program wrote there; its name.
    case damaged(String)
    /// A name, address or time that was typed is not of its form; what it is and what was typed.
    case malformed(String, String)
    /// A station would refuse the consent; its words.
    case consentRefused(String)
    /// No restore drill has been passed with the present escrow recipient.
    case noDrill
    /// The typed identity is not the escrow identity of this clinic.
    case wrongEscrow
    /// No enrolment with this station name has arrived.
    case notEnrolled(String)
    /// The enrolment is not signed by the key it names.
    case falseEnrolment(String)
    /// The typed fingerprint is not the enrolled one.
    case fingerprintDiffers(enrolled: String)
    /// A software key is taken only in a demonstration.
    case softwareKeys(String)
    case unknownStation(String)
    /// The station's key is marked lost.
    case stationLost(String)
    case unknownConsent(String)
    /// The consent's key was destroyed at this time (seconds since 1970).
    case consentErased(Int64)
    /// A consent that was withdrawn for good cannot be suspended or restored.
    case alreadyWithdrawn(String)
    /// All indices of the status list are in use.
    case listFull
    /// A check of `open` or `verify` failed; nothing was written.
    case checkFailed(String, reason: String)
    /// The folder to write to is there already.
    case outputExists(String)
    /// The demand needs what only a demonstration has, or the other way round; words.
    case unusable(String)
}
