import Pixels
import V4L2

extension Colorimetry {
    /// What the driver reports, its defaults resolved as V4L2 lays down (V4L2_MAP_YCBCR_ENC_DEFAULT and
    /// V4L2_MAP_QUANTIZATION_DEFAULT): Rec. 709 and DCI-P3 mean the 709 matrix, everything else 601; the JPEG colour
    /// space means full range, everything else limited.
    init(_ format: V4L2Format) {
        let matrix: YCbCrMatrix =
            switch format.encoding {
            case 2, 4: .bt709
            case 0 where format.colorspace == 3 || format.colorspace == 12: .bt709
            default: .bt601
            }
        let range: QuantisationRange =
            switch format.quantization {
            case 1: .full
            case 2: .limited
            default: format.colorspace == 7 ? .full : .limited
            }
        self.init(matrix: matrix, range: range)
    }
}
