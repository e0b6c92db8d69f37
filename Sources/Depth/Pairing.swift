/// Chooses the depth frame that belongs to a colour frame: the nearest, at most half a frame time away; of two equally
/// near ones the earlier.
///
/// - Parameters:
///   - colour: the driver's timestamp, nanoseconds.
///   - others: the timestamps of the other stream, on the same clock, in any order.
///   - frameTime: nanoseconds from one frame of the other stream to the next; above 0.
/// - Returns: the index in `others`.
package func pair(_ colour: Int64, with others: [Int64], frameTime: Int64) throws(DepthFault) -> Int {
    precondition(frameTime > 0, "a stream without time")
    var best: (index: Int, away: UInt64, at: Int64)?
    for (index, other) in others.enumerated() {
        // The distance of two stamps needs all 64 bits.
        let away = UInt64(bitPattern: max(colour, other) &- min(colour, other))
        if let known = best, (known.away, known.at) <= (away, other) { continue }
        best = (index, away, other)
    }
    guard let best else { throw .unpaired(nearest: nil) }
    guard best.away <= UInt64(frameTime) / 2 else { throw .unpaired(nearest: Int64(clamping: best.away)) }
    return best.index
}
