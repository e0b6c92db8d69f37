/// Why a file cannot be served as a frame.
enum PictureError: Error, Equatable {
    case notJPEG
    case sizeDiffers(PictureSize)
    /// Larger than a frame may be (bytes).
    case tooLarge(Int)
}

/// Columns and rows of a picture.
struct PictureSize: Equatable {
    let width: UInt16
    let height: UInt16

    /// The most bytes that a frame of this size may have: what the probe control promises.
    var frameBytes: Int { Int(width) * Int(height) * 2 }
}

/// A JPEG file whose size was read from its frame header (ITU-T T.81, B.2.2).
struct Picture {
    let bytes: [UInt8]
    let size: PictureSize

    init(parsing bytes: [UInt8]) throws(PictureError) {
        guard bytes.starts(with: [0xff, 0xd8]) else { throw .notJPEG }
        var offset = 2
        while offset + 9 <= bytes.count, bytes[offset] == 0xff {
            let marker = bytes[offset + 1]
            let length = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
            if (0xc0...0xc2).contains(marker) {
                size = PictureSize(
                    width: UInt16(bytes[offset + 7]) << 8 | UInt16(bytes[offset + 8]),
                    height: UInt16(bytes[offset + 5]) << 8 | UInt16(bytes[offset + 6]))
                guard bytes.count <= size.frameBytes else { throw .tooLarge(bytes.count) }
                self.bytes = bytes
                return
            }
            offset += 2 + length
        }
        throw .notJPEG
    }
}
