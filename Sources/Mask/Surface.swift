import Camera
import JPEG
import LockedMemory
import PixelLoops
import Pixels

/// What the detector is to see: 8-bit RGB or luma, `factor` times smaller each way than the frame.
struct SearchView: ~Copyable {
    var bytes: LockedBytes
    let width: Int
    let height: Int
    let factor: Int
}

/// The two kinds of frame, and how each is looked at, overwritten and proved.
enum Surface {
    /// Masked in the DCT domain.
    case jpeg(JPEGHeader)
    /// Masked in the pixels as the camera sent them, then converted.
    case raw(FrameShape, Colorimetry)

    init(_ facts: FrameFacts, _ bytes: Span<UInt8>) throws(MaskFailure) {
        if facts.format == .mjpg {
            let header = try jpegHeader(bytes)
            guard header.width == facts.width, header.height == facts.height else { throw .picture(.shape) }
            self = .jpeg(header)
        } else {
            guard let colorimetry = facts.colorimetry else { throw .memory }
            do {
                self = .raw(
                    try FrameShape(
                        facts.format, width: facts.width, height: facts.height, bytesPerLine: facts.bytesPerLine),
                    colorimetry)
            } catch { throw .pixels(error) }
        }
    }

    var samples: FrameSamples {
        switch self {
        case .jpeg: .jpeg
        case .raw(let shape, _): .rows(shape.samples)
        }
    }

    private func rectangles(_ regions: [Region]) -> [PixelRectangle] {
        let (width, height) = size
        return regions.compactMap {
            PixelRectangle(x: $0.x, y: $0.y, width: $0.width, height: $0.height, inside: width, by: height)
        }
    }

    private var size: (Int, Int) {
        switch self {
        case .jpeg(let header): (header.width, header.height)
        case .raw(let shape, _): (shape.width, shape.height)
        }
    }

    /// What the regions overwrite in this format, in pixels.
    func covered(by regions: [Region]) -> [PixelRectangle] {
        rectangles(regions).compactMap { rectangle in
            switch self {
            case .jpeg(let header): header.covered(by: rectangle)
            case .raw(let shape, _): shape.covered(by: rectangle)
            }
        }
    }

    /// Overwrites the regions; a JPEG's coefficients are proved to be zero inside and the camera's outside.
    ///
    /// - Returns: a masked JPEG of which the unused end is zero, or the masked raw frame converted to samples.
    func overwrite(_ bytes: inout LockedBytes, _ regions: [Region]) throws(MaskFailure) -> LockedBytes {
        switch self {
        case .jpeg(let header):
            let count: Int
            var masked = try allocate(header.maskedBound)
            do throws(JPEGError) {
                var output = masked.mutableSpan
                count = try maskJPEG(bytes.span, rectangles(regions), into: &output)
            } catch {
                switch error {
                case .changedOutside, .leftInside, .unreadable, .metadata: throw .proof(error)
                default: throw .picture(error)
                }
            }
            do { return try LockedBytes(copying: masked.span.extracting(0..<count)) } catch { throw .memory }
        case .raw(let shape, let colorimetry):
            do {
                var pixels = bytes.mutableSpan
                try shape.mask(&pixels, rectangles(regions))
            } catch { throw .pixels(error) }
            return try converted(bytes.span, shape, colorimetry)
        }
    }

    /// The camera's frame, for the detector.
    func view(ofFrame bytes: Span<UInt8>) throws(MaskFailure) -> SearchView {
        switch self {
        case .jpeg: return try jpegView(bytes)
        case .raw(let shape, let colorimetry):
            let rows = try converted(bytes, shape, colorimetry)
            return try rowsView(rows.span, shape)
        }
    }

    /// What `overwrite` gave, for the detector.
    func view(ofResult bytes: Span<UInt8>) throws(MaskFailure) -> SearchView {
        switch self {
        case .jpeg: try jpegView(bytes)
        case .raw(let shape, _): try rowsView(bytes, shape)
        }
    }

    /// Makes of the view of a JPEG frame the view of `overwrite`'s result, which is proved to have the same coefficients
    /// outside the mask; the result of a raw frame must be looked at itself.
    ///
    /// - Returns: whether it could be done.
    func cover(_ regions: [Region], in view: inout SearchView) throws(MaskFailure) -> Bool {
        guard case .jpeg(let header) = self, let scale = JPEGScale(rawValue: view.factor) else { return false }
        var pixels = view.bytes.mutableSpan
        do { try header.cover(rectangles(regions), in: &pixels, at: scale, as: .rgb) } catch { throw .picture(error) }
        return true
    }

    private func jpegView(_ bytes: Span<UInt8>) throws(MaskFailure) -> SearchView {
        let header = try jpegHeader(bytes)
        // The widest plane of the detector has 416 pixels: twice as many are enough to average from.
        let longest = max(header.width, header.height)
        let scale =
            JPEGScale.allCases.filter { longest / $0.rawValue >= 832 }.max { $0.rawValue < $1.rawValue } ?? .full
        let size = header.size(at: scale)
        var rgb = try allocate(header.decodedCount(at: scale, .rgb))
        do {
            var output = rgb.mutableSpan
            _ = try decodeJPEG(bytes, at: scale, as: .rgb, into: &output)
        } catch { throw .picture(error) }
        return SearchView(bytes: rgb, width: size.width, height: size.height, factor: scale.rawValue)
    }

    private func rowsView(_ rows: Span<UInt8>, _ shape: FrameShape) throws(MaskFailure) -> SearchView {
        let bits = shape.samples.bits
        if bits == 8 {
            do {
                return SearchView(
                    bytes: try LockedBytes(copying: rows), width: shape.width, height: shape.height, factor: 1)
            } catch { throw .memory }
        }
        // The high eight bits of each little-endian sample.
        var luma = try allocate(shape.width * shape.height)
        var output = luma.mutableSpan
        for place in 0..<output.count {
            let sample = Int(rows[2 * place]) | Int(rows[2 * place + 1]) << 8
            output[place] = UInt8(truncatingIfNeeded: sample >> (bits - 8))
        }
        return SearchView(bytes: luma, width: shape.width, height: shape.height, factor: 1)
    }

    private func converted(_ frame: Span<UInt8>, _ shape: FrameShape, _ colorimetry: Colorimetry) throws(MaskFailure)
        -> LockedBytes
    {
        var rows = try allocate(shape.convertedCount)
        do {
            var output = rows.mutableSpan
            try shape.convert(frame, colorimetry, into: &output)
        } catch { throw .pixels(error) }
        return rows
    }

}

private func jpegHeader(_ bytes: Span<UInt8>) throws(MaskFailure) -> JPEGHeader {
    do { return try JPEGHeader(parsing: bytes) } catch { throw .picture(error) }
}

private func allocate(_ count: Int) throws(MaskFailure) -> LockedBytes {
    do { return try LockedBytes(count: count) } catch { throw .memory }
}
