import Camera
import Mask

func mask(_ frame: consuming PlainFrame, by masker: inout Masker) throws(MaskFailure) -> MaskedShot {
    try masker.mask(frame)
}
