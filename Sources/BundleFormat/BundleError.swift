/// Bytes that are not what the format says. Cases carry what was found, never what it should have meant.
package enum BundleError: Error, Equatable {
    /// A text document breaks its grammar at this line, counted from 1.
    case line(Int, of: Document)
    /// A value is not written as the format writes it.
    case value(Field)
    /// A tar header, its padding or the end mark is not the one canonical form.
    case tar(offset: Int)
    /// The file ends before the format does.
    case truncated(offset: Int)
    /// An entry that the format does not know, or knows at another place.
    case entry(String)
    /// An entry is larger than its kind may be (bytes).
    case tooLarge(EntryPath, Int)
    /// More assets than a bundle may have.
    case tooManyEntries
    /// The crypto library refused to hash.
    case hashing

    package enum Document: String, Sendable {
        case manifest, tombstone, notice, journalHead, enrolment, recovery
    }

    package enum Field: String, Sendable {
        case digest, bundleID, stationName, day, number, origin, keys, reason, act, stationKey, fileName
    }
}
