import JOSE
import Policy

func admit(_ ticket: UnverifiedTicket, _ key: PublicKey, _ policy: ClinicPolicy) throws(PolicyError) -> VerifiedTicket {
    try ticket.verified(by: key, policy: policy, now: 0)
}
