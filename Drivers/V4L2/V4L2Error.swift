import Linux

/// Why a camera gave no frame; each is another thing for a technician to do.
package enum V4L2Error: Error, Equatable, Sendable {
    /// No node with this card name, bus or path is there.
    case absent(String)
    /// The node is not a video capture device with streaming I/O.
    case notACamera(String)
    /// Another program streams from it (EBUSY).
    case taken
    /// The device went away while it was used (ENODEV, POLLHUP).
    case unplugged
    /// No frame came in time; milliseconds waited.
    case stalled(Int)
    /// The format is not among those that the device lists.
    case formatNotOffered(FourCC)
    /// The driver answered another format, size or rate than was asked for.
    case formatChanged(String)
    /// Fewer than four buffers were given.
    case tooFewBuffers(Int)
    /// A dequeued buffer cannot be what the kernel says it is.
    case implausible(ImplausibleFrame)
    /// The driver flagged every frame as damaged until the time was over.
    case damagedFrames(Int)
    /// A control is not there or did not take the value.
    case control(String)
    /// A locked control had another value when the frame was there: its name, the value wanted and the one read back.
    case controlMoved(String, wanted: Int64, got: Int64?)
    /// What was opened is not the device that was looked at before.
    case swapped
    /// The session ended while the frame was awaited.
    case cancelled
    /// libv4lconvert cannot read this format.
    case notConvertible(FourCC)
    case system(SystemCallError)
    case memory

    /// Sorts a failed call into the cases a technician can tell apart.
    init(_ error: SystemCallError) {
        self =
            switch error.errno {
            case Errno.busy: .taken
            case Errno.noDevice, Errno.noSuchDeviceOrAddress: .unplugged
            default: .system(error)
            }
    }
}

/// What a driver must not say of a dequeued buffer.
package enum ImplausibleFrame: Error, Equatable, Sendable {
    case index(UInt32)
    /// Bytes used, and bytes that the buffer or the format allows.
    case length(UInt32, allowed: UInt32)
    /// The sequence number went back.
    case sequence(UInt32, after: UInt32)
    /// The timestamp is not of the monotonic clock, lies in the future, or went back.
    case timestamp(Int64)
}

/// Four characters that name a pixel format, as V4L2 packs them.
package struct FourCC: Sendable, Hashable, CustomStringConvertible {
    package let value: UInt32

    package init(_ value: UInt32) { self.value = value }

    /// - Precondition: four ASCII characters.
    package init(_ text: StaticString) {
        let bytes = Array("\(text)".utf8)
        precondition(bytes.count == 4, "four characters")
        value = bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// One to four printable ASCII characters, filled up with spaces as V4L2 does.
    package init?(parsing text: String) {
        let bytes = Array(text.utf8)
        guard (1...4).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        value = (0..<4).reversed().reduce(0) { $0 << 8 | UInt32($1 < bytes.count ? bytes[$1] : 0x20) }
    }

    package var description: String {
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return String(decoding: bytes.map { (32...126).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
