import Consent

struct Drawer: ~Copyable {
    let grant: ExposureGrant
}
