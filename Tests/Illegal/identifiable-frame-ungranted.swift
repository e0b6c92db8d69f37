// error: is inaccessible due to 'internal' protection level
import Camera
import Consent
import Mask

func keep(_ grant: consuming IdentifiableGrant, _ frame: consuming MaskedFrame) -> IdentifiableFrame {
    IdentifiableFrame(grant, frame.body)
}
