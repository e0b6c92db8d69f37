// error: stored property 'grant' of 'Copyable'-conforming struct 'Drawer' has non-Copyable type 'ExposureGrant'
import Consent

struct Drawer {
    let grant: ExposureGrant
}
