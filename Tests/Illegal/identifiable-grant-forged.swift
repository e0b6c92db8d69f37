// error: initializer is inaccessible due to 'internal' protection level
import Consent

func forge(_ token: SessionToken) -> IdentifiableGrant? {
    IdentifiableGrant(token)
}
