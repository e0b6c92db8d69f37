// error: 'grant' is borrowed and cannot be consumed
import Consent

func copy(_ grant: borrowing ExposureGrant) -> ExposureGrant { grant }
