// error: initializer is inaccessible due to 'internal' protection level
import Consent

func forge(_ grant: borrowing ExposureGrant) -> GeometryGrant { GeometryGrant(grant.exposure) }
