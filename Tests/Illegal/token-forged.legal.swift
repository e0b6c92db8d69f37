import Consent
import Policy

extension ConsentToken {
    init(checking bytes: [UInt8], policy: ClinicPolicy, now: Int64) throws(ConsentError) {
        try self.init(verifying: bytes, policy: policy, station: "derm-03", now: now)
    }
}
