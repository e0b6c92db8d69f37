import CV4L2
import Glibc
import Linux
import LockedMemory

/// What a stream was asked for and, byte for byte, got: a driver that answers something else is refused.
package struct V4L2Format: Sendable, Equatable {
    package let format: FourCC
    package let width: Int
    package let height: Int
    package let bytesPerLine: Int
    /// Bytes of the largest frame.
    package let sizeImage: Int
    /// `enum v4l2_colorspace`, `v4l2_ycbcr_encoding`, `v4l2_quantization` as the driver reports them.
    package let colorspace: UInt32
    package let encoding: UInt32
    package let quantization: UInt32

    package var isCompressed: Bool { format == FourCC("MJPG") || format == FourCC("JPEG") }
}

/// When and where in the stream a frame was taken.
package struct FrameStamp: Sendable, Equatable {
    package let sequence: UInt32
    /// Nanoseconds of CLOCK_MONOTONIC, by the driver.
    package let timestamp: Int64
    /// Frames lost while this one was awaited.
    package let lost: UInt64
    /// Frames that the driver flagged as damaged while this one was awaited.
    package let damaged: Int

    package init(sequence: UInt32, timestamp: Int64, lost: UInt64, damaged: Int) {
        self.sequence = sequence
        self.timestamp = timestamp
        self.lost = lost
        self.damaged = damaged
    }
}

/// A frame in locked memory and when it was taken.
package struct V4L2Frame: ~Copyable, Sendable {
    package var bytes: LockedBytes
    package let stamp: FrameStamp
}

/// A camera that streams into mapped buffers; ends the stream, unmaps and closes when it goes out of scope.
@safe package struct V4L2Stream: ~Copyable, Sendable {
    private let device: Descriptor
    package let format: V4L2Format
    /// Seconds between frames as the driver confirmed them.
    package let interval: V4L2Interval?
    /// The controls that were locked, by the driver's names.
    package let held: [String: Int64]
    nonisolated(unsafe) private let buffers: [UnsafeMutableRawBufferPointer]
    private var checks: FrameChecks

    static let bufferCount: UInt32 = 4

    /// Opens the device, sets format and interval, locks the controls and starts the stream.
    ///
    /// - Parameters:
    ///   - interval: seconds between frames, or nil for the driver's own.
    ///   - expected: what the node was when it was looked at; nothing is asked of anything else.
    ///   - locks: controls to set, each read back.
    /// - Throws: `formatChanged` where the driver answers anything else than was asked for.
    package init(
        _ expected: V4L2Device, format: FourCC, width: Int, height: Int, interval: V4L2Interval?,
        locks: ControlLocks = ControlLocks()
    ) throws(V4L2Error) {
        let path = expected.path
        let device = try V4L2.open(path)
        let found = try V4L2.capability(device)
        guard found.isCamera else { throw .notACamera(path) }
        guard V4L2.describe(path, found) == expected else { throw .swapped }
        guard V4L2.formats(of: device).contains(format) else { throw .formatNotOffered(format) }
        let got = try Self.setFormat(device, format, width, height)
        let confirmed = try Self.setInterval(device, interval)
        let held = try V4L2Controls.lock(device, locks)
        let mapped = try unsafe Self.map(device, got)
        let lengths = unsafe mapped.map { UInt32($0.count) }
        do throws(SystemCallError) {
            for index in 0..<UInt32(lengths.count) {
                try check("VIDIOC_QBUF") { obscura_v4l2_queue(device.number, index) }
            }
            try check("VIDIOC_STREAMON") { obscura_v4l2_stream(device.number, 1) }
        } catch {
            unsafe Self.unmap(mapped)
            throw V4L2Error(error)
        }
        checks = FrameChecks(lengths: lengths, exact: got.isCompressed ? nil : UInt32(got.sizeImage))
        unsafe buffers = mapped
        self.format = got
        self.interval = confirmed
        self.held = held
        self.device = device
    }

    deinit {
        // A stream that cannot be stopped is stopped by the close that follows.
        _ = obscura_v4l2_stream(device.number, 0)
        unsafe Self.unmap(buffers)
    }

    private static func setFormat(_ device: borrowing Descriptor, _ format: FourCC, _ width: Int, _ height: Int)
        throws(V4L2Error) -> V4L2Format
    {
        var wanted = obscura_v4l2_format()
        (wanted.width, wanted.height, wanted.fourcc) = (UInt32(width), UInt32(height), format.value)
        do {
            try check("VIDIOC_S_FMT") { unsafe obscura_v4l2_set_format(device.number, &wanted) }
        } catch { throw V4L2Error(error) }
        guard wanted.fourcc == format.value, wanted.width == UInt32(width), wanted.height == UInt32(height) else {
            throw .formatChanged("\(FourCC(wanted.fourcc)) \(wanted.width)x\(wanted.height)")
        }
        // V4L2_FIELD_NONE is 1: interlaced frames would be two moments in one picture.
        guard wanted.field == 1 else { throw .formatChanged("interlaced") }
        guard wanted.size_image > 0, wanted.size_image <= 256 << 20 else {
            throw .formatChanged("\(wanted.size_image) bytes")
        }
        return V4L2Format(
            format: format, width: width, height: height, bytesPerLine: Int(wanted.bytes_per_line),
            sizeImage: Int(wanted.size_image), colorspace: wanted.colorspace, encoding: wanted.ycbcr_encoding,
            quantization: wanted.quantization)
    }

    private static func setInterval(_ device: borrowing Descriptor, _ wanted: V4L2Interval?) throws(V4L2Error)
        -> V4L2Interval?
    {
        guard let wanted else { return nil }
        var (numerator, denominator) = (wanted.numerator, wanted.denominator)
        do {
            try check("VIDIOC_S_PARM") { unsafe obscura_v4l2_set_interval(device.number, &numerator, &denominator) }
        } catch { throw V4L2Error(error) }
        // Compared as fractions: 1/30 and 1000/30000 are one rate.
        guard numerator > 0, denominator > 0,
            UInt64(numerator) * UInt64(wanted.denominator) == UInt64(denominator) * UInt64(wanted.numerator)
        else {
            throw .formatChanged("\(denominator)/\(numerator) frames a second")
        }
        return V4L2Interval(numerator, denominator)
    }

    private static func map(_ device: borrowing Descriptor, _ format: V4L2Format) throws(V4L2Error)
        -> [UnsafeMutableRawBufferPointer]
    {
        var buffers: [UnsafeMutableRawBufferPointer] = unsafe []
        do {
            let count = try check("VIDIOC_REQBUFS") { obscura_v4l2_request_buffers(device.number, bufferCount) }
            guard count >= CInt(bufferCount) else { throw V4L2Error.tooFewBuffers(Int(count)) }
            for index in 0..<UInt32(min(count, 32)) {
                var buffer = obscura_v4l2_buffer()
                try check("VIDIOC_QUERYBUF") { unsafe obscura_v4l2_query_buffer(device.number, index, &buffer) }
                guard buffer.length >= UInt32(format.sizeImage) else {
                    throw V4L2Error.implausible(.length(buffer.length, allowed: UInt32(format.sizeImage)))
                }
                let start = unsafe mmap(
                    nil, Int(buffer.length), PROT_READ, MAP_SHARED, device.number, off_t(buffer.offset))
                if unsafe start == MAP_FAILED { throw SystemCallError(call: "mmap", errno: errno) }
                unsafe buffers.append(UnsafeMutableRawBufferPointer(start: start, count: Int(buffer.length)))
            }
        } catch {
            unsafe unmap(buffers)
            if let error = error as? SystemCallError { throw V4L2Error(error) }
            throw error as? V4L2Error ?? .memory
        }
        return unsafe buffers
    }

    private static func unmap(_ buffers: [UnsafeMutableRawBufferPointer]) {
        unsafe buffers.forEach { unsafe munmap($0.baseAddress, $0.count) }
    }

    /// The first usable frame whose exposure began after `moment`, copied into locked memory.
    ///
    /// - Parameters:
    ///   - moment: CLOCK_MONOTONIC in nanoseconds; frames that may have begun before it are given back unseen.
    ///   - milliseconds: how long to wait in all.
    ///   - cancelled: asked at least every 50 ms; true ends the wait.
    package mutating func frame(
        after moment: Int64, milliseconds: Int, cancelled: () -> Bool
    ) throws(V4L2Error) -> V4L2Frame {
        checks.forgetLosses()
        var damaged = 0
        let start = Clock.monotonic()
        let deadline = start + Int64(milliseconds) * 1_000_000
        while true {
            if cancelled() { throw .cancelled }
            let now = Clock.monotonic()
            guard now < deadline else { throw damaged > 0 ? .damagedFrames(damaged) : .stalled(milliseconds) }
            guard let buffer = try dequeue(milliseconds: CInt(min(50, (deadline - now) / 1_000_000 + 1))) else {
                continue
            }
            do {
                let verdict = try checks.check(buffer, now: Clock.monotonic())
                if checks.began <= moment {
                    // What was lost before the shot is no loss of the shot's.
                    checks.forgetLosses()
                } else if verdict == .damaged {
                    damaged += 1
                } else {
                    let bytes = try copy(buffer)
                    try queue(buffer.index)
                    let stamp = FrameStamp(
                        sequence: buffer.sequence, timestamp: buffer.timestamp, lost: checks.lost, damaged: damaged)
                    return V4L2Frame(bytes: bytes, stamp: stamp)
                }
                try queue(buffer.index)
            } catch let fault as ImplausibleFrame {
                throw .implausible(fault)
            } catch { throw error as? V4L2Error ?? .memory }
        }
    }

    private func dequeue(milliseconds: CInt) throws(V4L2Error) -> DequeuedBuffer? {
        let ready: Readiness
        do { ready = try poll([(device.number, .readable)], milliseconds: milliseconds)[0] } catch {
            throw V4L2Error(error)
        }
        if ready.contains(.hungUp) { throw .unplugged }
        guard !ready.isEmpty else { return nil }
        var buffer = obscura_v4l2_buffer()
        do {
            try check("VIDIOC_DQBUF") { unsafe obscura_v4l2_dequeue(device.number, &buffer) }
        } catch {
            if error.errno == Errno.again { return nil }
            throw V4L2Error(error)
        }
        return DequeuedBuffer(
            index: buffer.index, bytesUsed: buffer.bytes_used, flags: buffer.flags, sequence: buffer.sequence,
            timestamp: buffer.timestamp)
    }

    private func queue(_ index: UInt32) throws(V4L2Error) {
        do { try check("VIDIOC_QBUF") { obscura_v4l2_queue(device.number, index) } } catch { throw V4L2Error(error) }
    }

    private func copy(_ buffer: DequeuedBuffer) throws(V4L2Error) -> LockedBytes {
        do {
            let mapped = unsafe UnsafeBufferPointer(
                rebasing: buffers[Int(buffer.index)].bindMemory(to: UInt8.self)[..<Int(buffer.bytesUsed)])
            return try unsafe LockedBytes(copying: Span(_unsafeElements: mapped))
        } catch { throw .memory }
    }

    /// The values of the controls as the driver reports them now, by name.
    ///
    /// - Throws: `controlMoved` where a locked one has another value than it was given.
    package func controls() throws(V4L2Error) -> [String: Int64] {
        let values = V4L2Controls.read(device)
        for (name, wanted) in held.sorted(by: { $0.key < $1.key }) where values[name] != wanted {
            throw .controlMoved(name, wanted: wanted, got: values[name])
        }
        return values
    }
}

extension V4L2Frame {
    package consuming func takeBytes() -> LockedBytes { bytes }
}
