// error: 'let' property 'claims' may not be initialized directly
import Policy

extension DeliveryReceipt {
    init(believing claims: ReceiptClaims) {
        self.claims = claims
    }
}
