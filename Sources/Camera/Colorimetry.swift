import Pixels
import V4L2

extension Colorimetry {
    /// What the driver reports, its defaults resolved as V4L2 lays down (V4L2_MAP_YCBCR_ENC_DEFAULT and
    /// V4L2_MAP_QUANTIZATION_DEFAULT); nil for a matrix that the reference conversion does not have (BT.2020,
    /// SMPTE 240M), which must not pass for another one. Formats without chroma do not look at it.
    init?(_ format: V4L2Format) {
        let encoding: UInt32
        switch (format.encoding, format.colorspace) {
        // The default of a colour space: 3 is Rec. 709, 12 DCI-P3, 2 SMPTE 240M, 10 BT.2020.
        case (0, 3), (0, 12): encoding = 2
        case (0, 2): encoding = 8
        case (0, 10): encoding = 6
        case (0, _): encoding = 1
        case (let given, _): encoding = given
        }
        let matrix: YCbCrMatrix
        switch encoding {
        // V4L2_YCBCR_ENC_601, XV601, SYCC.
        case 1, 3, 5: matrix = .bt601
        // V4L2_YCBCR_ENC_709, XV709.
        case 2, 4: matrix = .bt709
        default: return nil
        }
        let range: QuantisationRange =
            switch format.quantization {
            case 1: .full
            case 2: .limited
            // Only the JPEG colour space is full by default.
            default: format.colorspace == 7 ? .full : .limited
            }
        self.init(matrix: matrix, range: range)
    }
}
