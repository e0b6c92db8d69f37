import Consent

func ask(_ session: ConsentSession, _ grant: borrowing ExposureGrant) throws(ConsentError) -> GeometryGrant {
    try session.geometry(for: grant)
}
