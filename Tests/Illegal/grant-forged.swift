// error: initializer is inaccessible due to 'internal' protection level
import Consent

func forge(_ exposure: Exposure) -> ExposureGrant { ExposureGrant(exposure, identifiable: nil) }
