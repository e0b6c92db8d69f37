// error: 'let' property 'claims' may not be initialized directly
import Policy

extension ClinicPolicy {
    init(believing claims: PolicyClaims) {
        self.claims = claims
    }
}
