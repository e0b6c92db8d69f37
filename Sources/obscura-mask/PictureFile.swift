import Commands
import JPEG
import Linux
import MaskAudit
import PNG

/// A picture file as the search takes it: a JPEG as it is, everything else as rows of RGB or grey.
struct PictureFile: ~Copyable {
    enum Content {
        case jpeg([UInt8])
        /// 8 bit, one or three channels, without padding.
        case rows([UInt8])
    }

    let width: Int
    let height: Int
    let content: Content

    /// The whole picture in colour.
    func colour() throws -> RGBPicture {
        switch content {
        case .jpeg(let bytes):
            var samples = [UInt8](repeating: 0, count: 3 * width * height)
            var output = samples.mutableSpan
            try decodeJPEG(bytes.span, at: .full, as: .rgb, into: &output)
            return try RGBPicture(width: width, height: height, samples: samples)
        case .rows(let samples):
            let isGrey = samples.count == width * height
            return try RGBPicture(
                width: width, height: height, samples: isGrey ? samples.flatMap { [$0, $0, $0] } : samples)
        }
    }

    init(rows picture: RGBPicture) {
        (width, height, content) = (picture.width, picture.height, .rows(picture.samples))
    }

    /// Reads a PPM (P6), a PNG (8 bit, without interlacing) or a baseline JPEG.
    init(reading path: String) throws {
        let bytes: [UInt8]
        do { bytes = try readAll(from: try openForReading(path), bound: 256 << 20) } catch FileError.tooLarge {
            throw Refused("more than 256 MiB")
        } catch { throw Refused("cannot be read: \(error)") }
        do {
            if bytes.starts(with: [0xFF, 0xD8]) {
                let header = try JPEGHeader(parsing: bytes.span)
                (width, height, content) = (header.width, header.height, .jpeg(bytes))
            } else if bytes.starts(with: [0x89, 0x50]) {
                let shape = try PNGShape(parsing: bytes.span)
                guard shape.bits == 8 else { throw Refused("a grey PNG of \(shape.bits) bits; 8 are taken") }
                var samples = [UInt8](repeating: 0, count: shape.count)
                var output = samples.mutableSpan
                try readPNG(bytes.span, into: &output)
                (width, height, content) = (shape.width, shape.height, .rows(samples))
            } else {
                let picture = try RGBPicture(ppm: bytes)
                (width, height, content) = (picture.width, picture.height, .rows(picture.samples))
            }
        } catch let refused as Refused { throw refused } catch {
            throw Refused("not a baseline JPEG, an 8-bit PNG or a binary PPM: \(error)")
        }
    }
}
