import Consent

extension ExposureGrant {
    init(moved grant: consuming ExposureGrant) {
        self = grant
    }
}
