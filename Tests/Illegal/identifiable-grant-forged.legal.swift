import Consent

func take(_ grant: inout ExposureGrant) -> IdentifiableGrant? {
    grant.takeIdentifiable()
}
