import Consent

func look(_ grant: borrowing ExposureGrant) -> Exposure { grant.exposure }
