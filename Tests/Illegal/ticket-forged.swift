// error: initializer is inaccessible due to 'fileprivate' protection level
import Policy

func admit(_ claims: TicketClaims, _ station: PolicyClaims.Station) -> VerifiedTicket {
    VerifiedTicket(claims: claims, station: station)
}
