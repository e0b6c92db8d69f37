import PixelLoops

/// A picture is not a JPEG that Obscura takes, or could not be masked or proved masked.
package enum JPEGError: Error, Equatable {
    /// The file is empty or above the bound (bytes).
    case size(Int)
    /// The first two bytes are not SOI.
    case notJPEG
    /// The file ends before its EOI marker.
    case truncated
    /// A marker segment at this byte is malformed, out of place or not of this profile: its code.
    case marker(UInt8, at: Int)
    case progressive
    case arithmetic
    /// A lossless or hierarchical process: the SOF marker.
    case process(UInt8)
    /// Bits a sample; only 8 is taken.
    case precision(UInt8)
    /// Number of components; only 1 and 3 are taken (4 is CMYK).
    case components(UInt8)
    /// Chroma is neither 4:4:4 nor 4:2:2 nor 4:2:0.
    case sampling
    /// Pixels, outside the bounds.
    case dimensions(width: Int, height: Int)
    /// The components come in scans of their own.
    case severalScans
    /// A quantisation table of 16 bits: not baseline.
    case quantisation
    /// libjpeg found an error or had to warn: its message number.
    case corrupt(Int32)
    /// The caller's memory (bytes) is too small for the result.
    case outputFull(Int)
    /// The caller's memory must have exactly this many bytes.
    case outputSize(Int)
    /// libjpeg sees another picture than the header scan, or two pictures differ in shape or quantisation.
    case shape
    /// A rectangle does not lie in the picture.
    case rectangle(PixelRectangle)
    /// The masked picture still carries this APPn or COM marker.
    case metadata(UInt8)
    /// Something outside the rectangles changed.
    case changedOutside
    /// Something is left inside a rectangle.
    case leftInside
    /// The masked picture cannot be read again: libjpeg's message number.
    case unreadable(Int32)
}
