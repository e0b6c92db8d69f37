import Glibc
import PixelLoops

/// What a baseline JPEG says of itself, from a bounded scan of its markers (ITU-T T.81, annex B); no decoder has run.
package struct JPEGHeader: Sendable, Equatable {
    /// Chroma subsampling.
    package enum Sampling: Sendable, Equatable { case grey, s444, s422, s420 }
    /// How the components are meant, by the rules libjpeg follows: Adobe marker, JFIF marker, component names.
    package enum Colour: Sendable, Equatable { case grey, yCbCr, rgb }

    /// Pixels, 1 to 16384.
    package let width: Int
    /// Pixels, 1 to 16384.
    package let height: Int
    package let sampling: Sampling
    package let colour: Colour
    /// Minimum coded units between two restart markers; 0 for none.
    package let restartInterval: Int
    /// Bytes from SOI to EOI; what a camera puts behind is not part of the picture.
    package let count: Int
    /// The first APPn or COM marker that says more than how colours are meant; a masked picture has none.
    package let metadata: UInt8?
    /// Width and height in pixels of the unit in which a picture can be masked.
    package let unit: (width: Int, height: Int)

    /// The largest file, in bytes.
    package static let mostBytes = 64 << 20
    /// The largest width and height, in pixels.
    package static let mostAcross = 16384
    /// The largest area, in pixels: a small file must not make libjpeg ask for more memory than the unit has.
    package static let mostPixels = 1 << 26

    package static func == (one: JPEGHeader, other: JPEGHeader) -> Bool {
        one.width == other.width && one.height == other.height && one.sampling == other.sampling
            && one.colour == other.colour && one.restartInterval == other.restartInterval
            && one.count == other.count && one.metadata == other.metadata && one.unit == other.unit
    }

    /// - Parameter bytes: one JPEG file, perhaps followed by other bytes.
    package init(parsing bytes: Span<UInt8>) throws(JPEGError) {
        guard (1...Self.mostBytes).contains(bytes.count) else { throw .size(bytes.count) }
        guard bytes.count >= 2 else { throw .truncated }
        guard bytes[0] == 0xFF, bytes[1] == 0xD8 else { throw .notJPEG }
        var tables = Tables()
        var place = 2
        while true {
            let segment = try Segment(in: bytes, at: place)
            place = segment.end
            if segment.marker == 0xDA { break }
            try tables.take(segment, of: bytes)
        }
        guard let frame = tables.frame else { throw .marker(0xDA, at: place) }
        self.width = frame.width
        self.height = frame.height
        self.sampling = frame.sampling
        self.unit = frame.unit
        self.colour = tables.colour(of: frame)
        self.restartInterval = tables.restartInterval
        self.metadata = tables.metadata
        self.count = try Self.end(ofScanAt: place, in: bytes)
        // A picture's units are interleaved in one scan, or there is one component.
        guard tables.scanComponents(bytes, endingAt: place) == frame.names.count else { throw .severalScans }
    }

    /// The place behind EOI; between scan and EOI nothing but restart markers.
    private static func end(ofScanAt start: Int, in bytes: Span<UInt8>) throws(JPEGError) -> Int {
        var place = start
        while let found = firstFF(in: bytes, from: place), found + 1 < bytes.count {
            switch bytes[found + 1] {
            case 0x00, 0xD0...0xD7: place = found + 2
            case 0xFF: place = found + 1
            case 0xD9: return found + 2
            case 0xDA, 0xC4, 0xDB, 0xDD: throw .severalScans
            case let marker: throw .marker(marker, at: found)
            }
        }
        throw .truncated
    }

    private static func firstFF(in bytes: Span<UInt8>, from place: Int) -> Int? {
        guard place < bytes.count else { return nil }
        return unsafe bytes.withUnsafeBufferPointer { bytes -> Int? in
            guard let base = bytes.baseAddress,
                let found = unsafe memchr(base + place, 0xFF, bytes.count - place)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
    }
}

/// One marker segment; its place and the bytes behind its length field.
struct Segment {
    let marker: UInt8
    let at: Int
    let body: Range<Int>
    var end: Int { body.upperBound }

    init(in bytes: Span<UInt8>, at place: Int) throws(JPEGError) {
        var place = place
        guard place < bytes.count else { throw .truncated }
        guard bytes[place] == 0xFF else { throw .marker(bytes[place], at: place) }
        while place < bytes.count, bytes[place] == 0xFF { place += 1 }
        guard place + 2 < bytes.count else { throw .truncated }
        marker = bytes[place]
        at = place - 1
        // SOI, EOI, RSTn, TEM and the stuffed zero have no length and no business here.
        switch marker {
        case 0x00, 0x01, 0xD0...0xD9: throw .marker(marker, at: at)
        default: break
        }
        let length = Int(bytes[place + 1]) << 8 | Int(bytes[place + 2])
        guard length >= 2 else { throw .marker(marker, at: at) }
        guard place + 1 + length <= bytes.count else { throw .truncated }
        body = place + 3..<place + 1 + length
    }
}
