import PixelLoops

/// The luma weights that the driver reports (V4L2 `ycbcr_enc`).
package enum YCbCrMatrix: Sendable, CaseIterable {
    case bt601
    case bt709
}

/// The luma and chroma range that the driver reports (V4L2 `quantization`).
package enum QuantisationRange: Sendable, CaseIterable {
    /// 0 to 255.
    case full
    /// 16 to 235 for luma, 16 to 240 for chroma.
    case limited
}

/// How the driver says that YCbCr is meant; grey and RGB formats do not look at it.
package struct Colorimetry: Sendable, Equatable {
    package let matrix: YCbCrMatrix
    package let range: QuantisationRange

    package init(matrix: YCbCrMatrix, range: QuantisationRange) {
        self.matrix = matrix
        self.range = range
    }

    /// The weights of docs/bundle.md, "Reference conversion", in units of 1/65536, each rounded to the nearest.
    package var weights: YCbCrWeights {
        switch (matrix, range) {
        case (.bt601, .full):
            YCbCrWeights(
                black: 0, luma: 65536, redFromCr: 91881, greenFromCb: 22553, greenFromCr: 46802, blueFromCb: 116130)
        case (.bt601, .limited):
            YCbCrWeights(
                black: 16, luma: 76309, redFromCr: 104597, greenFromCb: 25675, greenFromCr: 53279, blueFromCb: 132201)
        case (.bt709, .full):
            YCbCrWeights(
                black: 0, luma: 65536, redFromCr: 103206, greenFromCb: 12276, greenFromCr: 30679, blueFromCb: 121609)
        case (.bt709, .limited):
            YCbCrWeights(
                black: 16, luma: 76309, redFromCr: 117489, greenFromCb: 13975, greenFromCr: 34925, blueFromCb: 138438)
        }
    }
}

extension FrameShape {
    /// Converts a raw frame to the samples that DICOM gets, bit for bit as docs/bundle.md says.
    ///
    /// - Parameters:
    ///   - frame: at least `byteCount` bytes; what follows is not read.
    ///   - output: exactly `convertedCount` bytes.
    package func convert(
        _ frame: Span<UInt8>, _ colorimetry: Colorimetry, into output: inout MutableSpan<UInt8>
    ) throws(PixelError) {
        try check(frame.count)
        guard output.count == convertedCount else { throw .outputSize(convertedCount) }
        switch format {
        case .mjpg: throw .compressed
        case .yuyv: rgb(packed: frame, rows, order: .lumaFirst, weights: colorimetry.weights, into: &output)
        case .uyvy: rgb(packed: frame, rows, order: .chromaFirst, weights: colorimetry.weights, into: &output)
        case .nv12: rgb(nv12: frame, rows, weights: colorimetry.weights, into: &output)
        case .bgr24: rgb(bgr: frame, rows, into: &output)
        case .rgb24, .grey: copyRows(frame, rows, bytesAPixel: format.bytesAPixel, into: &output)
        case .y10, .y12, .y16:
            guard copyRows16(frame, rows, bits: samples.bits, into: &output) else { throw .bitsAbove(samples.bits) }
        }
    }
}
