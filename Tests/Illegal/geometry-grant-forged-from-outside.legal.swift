import Consent

extension GeometryGrant {
    init(moved grant: consuming GeometryGrant) {
        self = grant
    }
}
