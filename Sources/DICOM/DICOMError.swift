/// A DICOM object cannot be made from these values, or a file is not one that Obscura writes.
package enum DICOMError: Error, Equatable {
    /// A text is empty, longer than its value representation allows, or has a backslash or control character.
    case text(String)
    /// Not a unique identifier (PS3.5, 9.1).
    case uid(String)
    /// Size, bits or components outside what the transfer syntax takes.
    case picture
    /// A time outside the years 1970 to 9999.
    case time(Int64)
    /// The file ends within the element at this byte.
    case truncated(at: Int)
    /// The first 132 bytes are not a preamble and "DICM".
    case notDICOM
    /// A transfer syntax other than JPEG baseline and JPEG-LS lossless.
    case transferSyntax(String)
    /// An element out of order, twice, or malformed; its place in the file.
    case element(DICOMTag, at: Int)
    /// More elements, or deeper sequences, than the bounds allow.
    case tooMany
    /// An element that must be there is missing.
    case missing(DICOMTag)
    /// The picture is not exactly one fragment after an empty offset table.
    case fragments
}
