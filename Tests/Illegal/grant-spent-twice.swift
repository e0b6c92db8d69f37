// error: 'grant' consumed more than once
import Consent

func expose(_ grant: consuming ExposureGrant) -> Int64 { grant.exposure.sequence }

func shoot(_ grant: consuming ExposureGrant) {
    _ = expose(grant)
    _ = expose(grant)
}
