// error: 'let' property 'claims' may not be initialized directly
import Consent
import Policy

extension ConsentToken {
    init(believing claims: ConsentClaims) {
        self.claims = claims
    }
}
