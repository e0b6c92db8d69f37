import BundleFormat
import Camera
import Depth
import JPEG
import LockedMemory
import PNG
import Pixels

/// A file that a shot's depth becomes, and who alone may open it. Only a `ShotDepth` gives one.
package struct DepthFile: ~Copyable, Sendable {
    package enum Role: String, Sendable {
        case depth, infrared, points

        /// Media type of the file.
        package var media: String { self == .points ? "model/ply" : "image/png" }
    }

    package let role: Role
    package let recipient: RecipientText
    private let bytes: LockedBytes

    fileprivate init(_ role: Role, for recipient: RecipientText, _ bytes: consuming LockedBytes) {
        self.role = role
        self.recipient = recipient
        self.bytes = bytes
    }

    /// The file's bytes, for sealing.
    package consuming func takeBytes() -> LockedBytes { bytes }
}

extension ShotDepth {
    /// The counts of the depth camera, zero where nothing was measured or something is hidden: a grey PNG of 16 bits.
    package func depthFile() throws(PictureError) -> DepthFile {
        let file: LockedBytes
        switch measured {
        case .masked(let depth):
            file = try png(depth.bytes.span, SampleRows(depth.shape))
        case .whole(let depth):
            file = try png(depth.bytes.span, SampleRows(depth.shape))
        }
        return DepthFile(.depth, for: recipient, file)
    }

    /// The masked infrared picture: a grey PNG of 8 bits, or of 16 whose `sBIT` says how many the camera has.
    package func infraredFile() throws(PictureError) -> DepthFile? {
        switch infrared {
        case .some(let frame):
            return DepthFile(.infrared, for: recipient, try png(frame.bytes.span, SampleRows(frame.shape)))
        case .none: return nil
        }
    }

    /// The measured points in metres: a binary PLY file; nil where the profile does not say how the cameras stand.
    ///
    /// - Parameter picture: gives the points their colours.
    package func points(colouredBy picture: borrowing MaskedFrame) throws(PictureError) -> DepthFile? {
        guard let colours = try picture.rgb() else { return try points() }
        return try points(colours.span)
    }

    /// The measured points without colours.
    package func points() throws(PictureError) -> DepthFile? { try points(nil) }

    private func points(_ colours: Span<UInt8>?) throws(PictureError) -> DepthFile? {
        let calibration = record.facts.calibration
        guard case .aligned = calibration.alignment else { return nil }
        do throws(DepthFault) {
            switch measured {
            case .masked(let depth):
                return DepthFile(.points, for: recipient, try depth.pointCloud(calibration, colours: colours))
            case .whole(let depth):
                return DepthFile(.points, for: recipient, try depth.pointCloud(calibration, colours: colours))
            }
        } catch { throw .depth(error) }
    }
}

/// Rows of grey samples as V4L2 has them: 16-bit ones little-endian, the value in the lower bits.
private struct SampleRows {
    let width: Int
    let height: Int
    let bytesPerLine: Int
    let bits: Int

    init(_ shape: DepthShape) {
        (width, height, bytesPerLine, bits) = (shape.width, shape.height, shape.bytesPerLine, 16)
    }

    init(_ shape: FrameShape) {
        (width, height, bytesPerLine, bits) = (shape.width, shape.height, shape.bytesPerLine, shape.samples.bits)
    }
}

private func png(_ samples: Span<UInt8>, _ rows: SampleRows) throws(PictureError) -> LockedBytes {
    let wide = rows.bits > 8
    let shape: PNGShape
    do { shape = try PNGShape(width: rows.width, height: rows.height, bits: wide ? 16 : 8, channels: 1) } catch {
        throw .png(error)
    }
    var packed = try lockedMemory(shape.count)
    var file = try lockedMemory(shape.writtenBound)
    var output = packed.mutableSpan
    for y in 0..<rows.height {
        for x in 0..<rows.width {
            let place = y * rows.width + x
            guard wide else {
                output[place] = samples[y * rows.bytesPerLine + x]
                continue
            }
            let from = y * rows.bytesPerLine + 2 * x
            let sample = UInt16(samples[from]) | UInt16(samples[from + 1]) << 8
            // PNG scales: the upper bits fill what the camera does not have, and sBIT says how many it has.
            let scaled = sample << UInt16(16 - rows.bits) | sample >> UInt16(2 * rows.bits - 16)
            output[2 * place] = UInt8(scaled >> 8)
            output[2 * place + 1] = UInt8(scaled & 0xFF)
        }
    }
    let written: Int
    do {
        var target = file.mutableSpan
        written = try shape.write(packed.span, significant: rows.bits, into: &target)
    } catch { throw .png(error) }
    do { return try LockedBytes(copying: file.span.extracting(0..<written)) } catch { throw .memory }
}

extension MaskedFrame {
    /// The masked picture as interleaved 8-bit RGB without padding; nil for grey of more than 8 bits.
    fileprivate func rgb() throws(PictureError) -> LockedBytes? {
        switch body.samples {
        case .jpeg:
            let header: JPEGHeader
            do { header = try JPEGHeader(parsing: span) } catch { throw .jpeg(error) }
            var rgb = try lockedMemory(header.decodedCount(at: .full, .rgb))
            var output = rgb.mutableSpan
            do { try decodeJPEG(span, at: .full, as: .rgb, into: &output) } catch { throw .jpeg(error) }
            return rgb
        case .rows(.rgb):
            do { return try LockedBytes(copying: span) } catch { throw .memory }
        case .rows(.monochrome(bits: 8)):
            var rgb = try lockedMemory(3 * span.count)
            var output = rgb.mutableSpan
            for place in 0..<3 * span.count { output[place] = span[place / 3] }
            return rgb
        case .rows: return nil
        }
    }
}

private func lockedMemory(_ count: Int) throws(PictureError) -> LockedBytes {
    do { return try LockedBytes(count: count) } catch { throw .memory }
}
