/// A depth or infrared frame is not taken, or cannot be masked.
package enum DepthFault: Error, Equatable, Sendable {
    /// Pixels outside 1 to 4096 each way, or bytes a line outside what the pixels need and 2^18.
    case shape(width: Int, height: Int, bytesPerLine: Int)
    /// The frame has fewer bytes than its rows need.
    case short(Int, expected: Int)
    /// A format that infrared pictures do not have.
    case format
    /// Nearly nothing was measured: so many pixels in a thousand, of which `leastPerMille` are needed.
    case empty(perMille: Int)
    /// What of the calibration lies outside its bounds.
    case calibration(Part)
    /// A stream has another size than the calibration was made for.
    case size(width: Int, height: Int)
    /// No frame lies within half a frame time; nanoseconds to the nearest, nil where there is none.
    case unpaired(nearest: Int64?)
    /// Without intrinsics no point has a place.
    case noIntrinsics
    /// Locked memory is not to be had.
    case memory

    package enum Part: String, Sendable { case unit, range, bound, intrinsics, rotation, translation }

    /// Pixels in a thousand that must carry something; fewer are a frame of the dark, of a cap or of nothing in range.
    package static let leastPerMille = 50
}
