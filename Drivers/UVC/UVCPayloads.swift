/// Reads the payloads of one endpoint in the order in which they come, and finds the bytes of one still among them
/// (UVC 1.5, 2.4.3.2 and 2.4.3.3).
package struct UVCPayloads: Sendable {
    /// What a piece of a payload is.
    package enum Piece: Equatable, Sendable {
        /// Of the stream, or nothing.
        case passed
        /// The last of a frame of the stream.
        case frame
        /// A piece of the still: its bytes from `from` on.
        case still(from: Int, isLast: Bool)
        /// The still ended with the payload before.
        case ended
        /// The camera says that something went wrong in the still.
        case damaged
    }

    /// Bits of bmHeaderInfo.
    private enum Header {
        static let frame: UInt8 = 0x01
        static let end: UInt8 = 0x02
        static let still: UInt8 = 0x20
        static let error: UInt8 = 0x40
    }

    /// Whether all that comes is the still's: the endpoint of method 3 carries nothing else.
    private let isOwn: Bool
    /// Bytes of a payload at most, of the stream and of the still; a bulk transfer that is not full ends one too.
    private let most: (stream: Int, still: Int)
    /// What is under way: the payload's header, where it goes on in the next transfer, and how many bytes of it came.
    private var open: (info: UInt8, count: Int)?
    /// The frame bit of the still that has begun.
    private var still: UInt8?
    /// That of one which nobody asked for, and which has not ended.
    private var stray: UInt8?
    /// The frame bit of the stream's last payload.
    private var last: UInt8?

    /// - Parameters:
    ///   - isOwn: whether the endpoint is the still's alone.
    ///   - stream: bytes of a payload of the stream at most.
    ///   - still: bytes of a payload of the still at most.
    package init(isOwn: Bool, stream: Int, still: Int) { (self.isOwn, most) = (isOwn, (stream, still)) }

    /// A still that has begun already is not the one that is wanted: the rest of it is passed over.
    package mutating func forget() { (stray, still) = (still, nil) }

    /// A packet of an isochronous endpoint: one payload, or none.
    package mutating func packet(_ bytes: Span<UInt8>) -> Piece {
        guard let (info, length) = Self.header(bytes) else { return headless(bytes) }
        return piece(info, bytes.count, from: length, isLast: true)
    }

    /// A transfer of a bulk endpoint: a payload, or a part of one.
    ///
    /// - Parameter isShort: it has fewer bytes than were asked for, which ends the payload.
    package mutating func transfer(_ bytes: Span<UInt8>, isShort: Bool) -> Piece {
        if let (info, count) = open {
            let now = count + bytes.count
            let isLast = isShort || now >= self.most(info)
            open = isLast ? nil : (info, now)
            return piece(info, bytes.count, from: 0, isLast: isLast)
        }
        guard let (info, length) = Self.header(bytes) else { return headless(bytes) }
        let isLast = isShort || bytes.count >= most(info)
        open = isLast ? nil : (info, bytes.count)
        return piece(info, bytes.count, from: length, isLast: isLast)
    }

    /// Whatever it was, a still in whose middle it came is not whole.
    private func headless(_ bytes: Span<UInt8>) -> Piece { still != nil && !bytes.isEmpty ? .damaged : .passed }

    private func isStill(_ info: UInt8) -> Bool { isOwn || info & Header.still != 0 }
    private func most(_ info: UInt8) -> Int { isStill(info) ? most.still : most.stream }

    /// bmHeaderInfo and the header's length; nil where no header stands.
    private static func header(_ bytes: Span<UInt8>) -> (info: UInt8, length: Int)? {
        guard bytes.count >= 2 else { return nil }
        let length = Int(bytes[0])
        guard length >= 2, length <= bytes.count else { return nil }
        return (bytes[1], length)
    }

    /// - Parameters:
    ///   - count: bytes with the header, if it is here.
    ///   - from: where the picture's begin.
    ///   - isLast: whether the payload ends with this piece.
    private mutating func piece(_ info: UInt8, _ count: Int, from: Int, isLast: Bool) -> Piece {
        let isStill = isStill(info)
        let (frame, isEnd) = (info & Header.frame, isLast && info & Header.end != 0)
        // A header alone keeps an endpoint busy between two pictures.
        if count == from, !isEnd, info & Header.error == 0 { return .passed }
        if let stray {
            if isStill, stray == frame {
                if isEnd { self.stray = nil }
                return .passed
            }
            self.stray = nil
        }
        if let still, !isStill || still != frame { return .ended }
        if isStill {
            if info & Header.error != 0 { return .damaged }
            still = isEnd ? nil : frame
            return .still(from: from, isLast: isEnd)
        }
        defer { last = isEnd ? nil : frame }
        // A frame without an end mark ends where the next one begins.
        return isEnd || (last.map { $0 != frame } ?? false) ? .frame : .passed
    }
}
