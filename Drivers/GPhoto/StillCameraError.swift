/// Why a still camera gave no picture.
package enum StillCameraError: Error, Equatable, Sendable {
    /// libgphoto2's driver or the port library is not where it should be, or there is another one beside it.
    case driver
    /// No still camera at that place, or it went away.
    case absent
    /// Another program holds it, or this one may not open it.
    case taken
    /// It does not say where its pictures go, or offers no place but the card: the words it used.
    case target(String)
    /// It is set to take raw pictures: the words it used.
    case quality(String)
    /// It says not enough of itself: the setting that is missing.
    case unnamed(String)
    /// More files on the card than can be looked through.
    case crowded
    /// No picture came in time.
    case late
    /// It put the picture on its card; it was deleted there.
    case card
    /// The card holds more files than before the exposure.
    case kept
    /// The picture is no JPEG, or not all of it came.
    case picture
    /// The picture is larger than the bound: bytes.
    case large(Int)
    /// It broke PTP or the transfer: libgphoto2's number.
    case wire(Int)
}
