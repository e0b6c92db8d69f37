// error: is inaccessible due to 'internal' protection level
import Camera
import Mask

func forge(_ frame: consuming IdentifiableFrame, _ record: MaskRecord) -> MaskedFrame {
    MaskedFrame(record, overwritten: frame.body)
}
