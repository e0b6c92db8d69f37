import JOSE
import Policy

extension ClinicPolicy {
    init(first bytes: [UInt8], root: Fingerprint) throws(PolicyError) {
        try self.init(verifying: bytes, pinnedRoot: root, notOlderThan: nil)
    }
}
