/// The permission to keep the shape of the body that one shot measured, the face's too: depth that no mask has touched,
/// a scanner's mesh. Only an open `ConsentSession` makes one, for a shot of its own, and only where its token has
/// `geometry` with its biometric release. It can be neither copied nor kept in anything that can.
package struct GeometryGrant: ~Copyable, Sendable {
    /// The shot's facts; what is kept is sealed to its store alone, because a face's mesh has no masked form.
    package let exposure: Exposure

    init(_ exposure: Exposure) { self.exposure = exposure }
}

extension ConsentSession {
    /// Looks whether a shot that this session has just permitted may also keep geometry.
    ///
    /// - Parameter grant: of this session, for the modality M3D.
    package func geometry(for grant: borrowing ExposureGrant) throws(ConsentError) -> GeometryGrant {
        guard let visit, visit.token.reference == grant.exposure.consent else { throw .noSession }
        guard visit.token.allowsGeometry, grant.exposure.modality.isGeometry else {
            throw .modality(grant.exposure.modality)
        }
        return GeometryGrant(grant.exposure)
    }
}
