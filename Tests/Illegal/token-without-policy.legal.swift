import Consent
import Policy

func believe(_ bytes: [UInt8], _ policy: ClinicPolicy) throws(ConsentError) -> ConsentToken {
    try ConsentToken(verifying: bytes, policy: policy, station: "derm-03", now: 0)
}
