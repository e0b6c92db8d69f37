import Linux

/// A message between `obscura-capture` and `obscura-detect` breaks the protocol.
package enum DetectionFormatError: MessageFormatError, Equatable {
    /// The message ends early or runs on: bytes.
    case length(Int)
    case notThisProtocol
    /// How many planes; 1 ... 8 are allowed.
    case planes(Int)
    /// Width and height of a plane in pixels: not multiples of 32 within 32 ... 640.
    case side(width: Int, height: Int)
    /// How many faces in one plane; at most 256 are allowed.
    case faces(Int)
    /// A box is empty, or a box or landmark lies outside its bounds.
    case geometry
    /// A score is not above the plane's threshold.
    case score(UInt16)
    /// The answer is for another request, or for another number of planes.
    case otherRequest
}

/// One plane of a request: RGB, 8 bit, interleaved, without padding.
package struct DetectionPlane: Equatable, Sendable {
    /// Pixels, multiples of 32.
    package let width: Int
    package let height: Int
    /// Smallest score that counts, in units of 1/65535.
    package let threshold: UInt16

    /// Bytes.
    package var byteCount: Int { 3 * width * height }

    package init(width: Int, height: Int, threshold: UInt16) throws(DetectionFormatError) {
        let sides = 32...640
        guard sides.contains(width), sides.contains(height), width % 32 == 0, height % 32 == 0 else {
            throw .side(width: width, height: height)
        }
        self.width = width
        self.height = height
        self.threshold = threshold
    }
}

/// What the worker is asked: planes that lie one after the other in a memory file passed beside it.
///
/// Layout, big-endian: `ODR1`, identifier (8 bytes), number of planes (1), then for each width, height and
/// threshold (2 each). The memory file holds exactly the planes' bytes.
package struct DetectionRequest: Equatable, Sendable {
    package static let mostPlanes = 8
    /// Bytes of all planes: 8 planes of 640 x 512, and no more.
    package static let mostBytes = 8 << 20
    /// Bytes of the longest message.
    package static let longestMessage = 13 + 6 * mostPlanes

    package let identifier: UInt64
    package let planes: [DetectionPlane]

    /// Bytes of all planes.
    package var byteCount: Int { planes.reduce(0) { $0 + $1.byteCount } }

    package init(identifier: UInt64, planes: [DetectionPlane]) throws(DetectionFormatError) {
        guard (1...Self.mostPlanes).contains(planes.count) else { throw .planes(planes.count) }
        self.identifier = identifier
        self.planes = planes
        guard byteCount <= Self.mostBytes else { throw .length(byteCount) }
    }

    package init(parsing message: Span<UInt8>) throws(DetectionFormatError) {
        var reader = MessageReader<DetectionFormatError>(message)
        guard try reader.take(4) == 0x4F44_5231 else { throw .notThisProtocol }
        let identifier = try reader.take(8)
        let count = Int(try reader.take(1))
        guard (1...Self.mostPlanes).contains(count) else { throw .planes(count) }
        var planes: [DetectionPlane] = []
        for _ in 0..<count {
            let width = Int(try reader.take(2))
            let height = Int(try reader.take(2))
            planes.append(
                try DetectionPlane(width: width, height: height, threshold: UInt16(try reader.take(2))))
        }
        try reader.end()
        try self.init(identifier: identifier, planes: planes)
    }

    package var message: [UInt8] {
        var writer = MessageWriter()
        writer.put(0x4F44_5231, 4)
        writer.put(identifier, 8)
        writer.put(UInt64(planes.count), 1)
        for plane in planes {
            writer.put(UInt64(plane.width), 2)
            writer.put(UInt64(plane.height), 2)
            writer.put(UInt64(plane.threshold), 2)
        }
        return writer.bytes
    }
}
