// error: initializer is inaccessible due to 'internal' protection level
import Camera
import Mask

func forge(_ frame: consuming PlainFrame, _ record: MaskRecord) -> MaskedFrame {
    let (exposure, profile, facts) = (frame.exposure, frame.profile, frame.facts)
    return MaskedFrame(
        exposure: exposure, profile: profile, facts: facts, record: record, samples: .jpeg,
        overwritten: frame.takeBytes())
}
