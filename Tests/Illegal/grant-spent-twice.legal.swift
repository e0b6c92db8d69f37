import Consent

func expose(_ grant: consuming ExposureGrant) -> Int64 { grant.exposure.sequence }

func shoot(_ grant: consuming ExposureGrant) {
    _ = expose(grant)
}
