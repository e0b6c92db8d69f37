// error: initializer is inaccessible due to 'internal' protection level
import Camera
import Consent
import LockedMemory

func forge(
    _ grant: consuming ExposureGrant, _ profile: CameraProfile, _ facts: FrameFacts, _ bytes: consuming LockedBytes
) -> PlainFrame {
    PlainFrame(grant: grant, profile: profile, facts: facts, bytes: bytes)
}
