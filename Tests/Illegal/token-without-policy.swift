// error: cannot convert value of type 'PolicyClaims' to expected argument type 'ClinicPolicy'
import Consent
import Policy

func believe(_ bytes: [UInt8], _ policy: PolicyClaims) throws(ConsentError) -> ConsentToken {
    try ConsentToken(verifying: bytes, policy: policy, station: "derm-03", now: 0)
}
