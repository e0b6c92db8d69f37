import AEAD
import BundleFormat

/// An age file or a bundle could not be opened.
package enum OpenError: Error, Equatable {
    case header(AgeHeaderError)
    /// A stanza of a kind we know is malformed: its kind.
    case stanza(String)
    /// No identity fits any recipient of the file.
    case noMatch
    /// The file key does not belong to this header.
    case headerMAC
    /// The payload was cut, extended or altered in this chunk, counted from 0.
    case payload(chunk: Int)
    /// The text is not an age identity that this program knows.
    case identity
    case crypto(AEADError)
}
