import Policy

extension DeliveryReceipt {
    init(of bundle: BundleFacts, _ bytes: [UInt8], policy: ClinicPolicy) throws(PolicyError) {
        try self.init(verifying: bytes, policy: policy, expecting: bundle)
    }
}
