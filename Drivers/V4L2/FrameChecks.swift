import CV4L2

/// What the kernel said of one dequeued buffer.
package struct DequeuedBuffer: Sendable, Equatable {
    package let index: UInt32
    package let bytesUsed: UInt32
    package let flags: UInt32
    package let sequence: UInt32
    /// Nanoseconds of CLOCK_MONOTONIC, if the flags say so.
    package let timestamp: Int64

    package init(index: UInt32, bytesUsed: UInt32, flags: UInt32, sequence: UInt32, timestamp: Int64) {
        self.index = index
        self.bytesUsed = bytesUsed
        self.flags = flags
        self.sequence = sequence
        self.timestamp = timestamp
    }
}

/// Distrusts every dequeued buffer: nothing that a driver or a device says is used before it passed here.
package struct FrameChecks: Sendable {
    /// Mapped length of each buffer, in bytes.
    let lengths: [UInt32]
    /// Exact bytes of an uncompressed frame, or nil where frames are compressed.
    let exact: UInt32?
    private var last: (sequence: UInt32, timestamp: Int64)?
    /// The frames between the last buffer and the next one were nobody's.
    private var idle = true
    /// The moment (nanoseconds of CLOCK_MONOTONIC) before which the exposure of the last buffer cannot have begun.
    ///
    /// A driver stamps either the start of the exposure, or its end: then the frame before it is the bound, and there
    /// is none for the first frame of a stream (0).
    package private(set) var began: Int64 = 0
    /// Frames that the sequence numbers say were lost between two that were looked at.
    package private(set) var lost: UInt64 = 0

    package init(lengths: [UInt32], exact: UInt32?) {
        self.lengths = lengths
        self.exact = exact
    }

    package enum Verdict: Sendable, Equatable {
        case usable
        /// The driver itself flagged the frame (V4L2_BUF_FLAG_ERROR): try the next one.
        case damaged
    }

    /// - Parameter now: CLOCK_MONOTONIC in nanoseconds, read after the buffer was dequeued.
    package mutating func check(_ buffer: DequeuedBuffer, now: Int64) throws(ImplausibleFrame) -> Verdict {
        guard buffer.index < lengths.count else { throw .index(buffer.index) }
        let allowed = lengths[Int(buffer.index)]
        guard buffer.bytesUsed <= allowed else { throw .length(buffer.bytesUsed, allowed: allowed) }
        let isDamaged = buffer.flags & UInt32(OBSCURA_V4L2_FLAG_ERROR) != 0
        // A buffer that the driver gives up unfilled, as when the camera is unplugged, has no time and no number.
        if isDamaged, buffer.timestamp == 0 { return .damaged }
        guard
            buffer.flags & UInt32(OBSCURA_V4L2_FLAG_TIMESTAMP_MASK)
                == UInt32(OBSCURA_V4L2_FLAG_TIMESTAMP_MONOTONIC),
            buffer.timestamp > 0, buffer.timestamp <= now
        else { throw .timestamp(buffer.timestamp) }
        if let last {
            // Sequence numbers are 32 bits and wrap; a step of more than half of them is a step back.
            let step = buffer.sequence &- last.sequence
            guard step != 0, step < 1 << 31 else { throw .sequence(buffer.sequence, after: last.sequence) }
            guard buffer.timestamp >= last.timestamp else { throw .timestamp(buffer.timestamp) }
            if !idle { lost += UInt64(step - 1) }
        }
        let stampedAtStart =
            buffer.flags & UInt32(OBSCURA_V4L2_FLAG_SOURCE_MASK) == UInt32(OBSCURA_V4L2_FLAG_SOURCE_START)
        began = stampedAtStart ? buffer.timestamp : last?.timestamp ?? 0
        idle = false
        last = (buffer.sequence, buffer.timestamp)
        if isDamaged { return .damaged }
        if let exact, buffer.bytesUsed != exact { throw .length(buffer.bytesUsed, allowed: exact) }
        guard buffer.bytesUsed > 0 else { throw .length(0, allowed: allowed) }
        return .usable
    }

    /// The camera was idle on purpose: what was lost until now is not counted against the next shot.
    package mutating func forgetLosses() {
        lost = 0
        idle = true
    }
}
