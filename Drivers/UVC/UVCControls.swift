/// A request of the class (UVC 1.5, A.8).
package enum UVCRequest {
    package static let setCurrent: UInt8 = 0x01
    package static let current: UInt8 = 0x81
}

/// A control of the VideoStreaming interface: what SET_CUR and GET_CUR have in wValue (UVC 1.5, A.9.7).
package enum UVCControl: UInt16, Sendable {
    case probe = 0x0100
    case commit = 0x0200
    case stillProbe = 0x0300
    case stillCommit = 0x0400
    case stillTrigger = 0x0500
}

extension UVCStill {
    /// What the camera may send at once, as it says in an answer to a probe.
    package struct Promise: Equatable, Sendable {
        /// Bytes of a picture at most.
        package let picture: Int
        /// Bytes of a payload at most, with its header.
        package let payload: Int
    }

    /// Bytes of the still probe and commit controls (UVC 1.5, 4.3.1.2).
    package static let stillProbeCount = 11

    /// Bytes of the probe and commit controls; each version of the class has made them longer (UVC 1.5, 4.3.1.1).
    package var probeCount: Int {
        switch version {
        case ..<0x0110: 26
        case ..<0x0150: 34
        default: 48
        }
    }

    /// The stream that is asked for; the interval is the one thing that must stay.
    package var probe: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: probeCount)
        (bytes[0], bytes[2], bytes[3]) = (1, format, frame)
        for index in 0..<4 { bytes[4 + index] = UInt8(truncatingIfNeeded: interval >> UInt32(8 * index)) }
        return bytes
    }

    package var stillProbe: [UInt8] {
        [format, size, compression] + [UInt8](repeating: 0, count: Self.stillProbeCount - 3)
    }

    /// What triggers the still (UVC 1.5, 4.3.1.4).
    package var trigger: [UInt8] { [wish.method == .two ? 1 : 2] }
    /// What ends one that is under way.
    package static let abort: [UInt8] = [3]

    /// What the camera answers to a probe of the stream; it is committed as it came.
    ///
    /// - Throws: `control`, `size`.
    package func promise(ofStream answer: [UInt8]) throws(UVCError) -> Promise {
        guard answer.count == probeCount else { throw .control(answer.count) }
        return try Self.promise(answer, at: 18)
    }

    /// What the camera answers to a probe of the still.
    ///
    /// - Throws: `control`, `size`, and `notOffered` where it would send another one.
    package func promise(ofStill answer: [UInt8]) throws(UVCError) -> Promise {
        guard answer.count == Self.stillProbeCount else { throw .control(answer.count) }
        guard (answer[0], answer[1]) == (format, size) else { throw .notOffered }
        return try Self.promise(answer, at: 3)
    }

    private static func promise(_ answer: [UInt8], at offset: Int) throws(UVCError) -> Promise {
        func word(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(answer[at + $1]) << (8 * $1) } }
        let promise = Promise(picture: word(offset), payload: word(offset + 4))
        guard promise.picture > 0 else { throw .size(promise.picture) }
        guard promise.payload > 2 else { throw .size(promise.payload) }
        return promise
    }
}
