import JOSE

/// What a station's upload ticket says (`obscura-ticket+jwt`).
package struct TicketClaims: Sendable, Equatable {
    package static let type = "obscura-ticket+jwt"
    /// Seconds that a ticket holds.
    package static let lifetime: Int64 = 86_400

    /// The station's name.
    package let station: String
    package let key: Fingerprint
    /// The store's name.
    package let store: String
    /// Seconds since 1970.
    package let issuedAt: Int64
    /// Seconds since 1970.
    package let expires: Int64
    /// Rises with every ticket.
    package let sequence: Int64

    /// A ticket of one day from `issuedAt`.
    package init(station: String, key: Fingerprint, store: String, issuedAt: Int64, sequence: Int64) {
        self.station = station
        self.key = key
        self.store = store
        self.issuedAt = issuedAt
        expires = issuedAt + Self.lifetime
        self.sequence = sequence
    }

    init(parsing payload: [UInt8]) throws(JOSEError) {
        var reader = try ObjectReader(parsing: payload, bound: 2048)
        station = try reader.name("iss")
        key = try Fingerprint(hex: reader.string("sub"))
        store = try reader.name("aud")
        issuedAt = try reader.time("iat")
        expires = try reader.time("exp")
        sequence = try reader.integer("seq", in: 0...JSON.largestInteger)
        try reader.finish()
    }

    /// Canonical JSON.
    package var payload: [UInt8] {
        let object: JSONObject = [
            "iss": .string(station), "sub": .string(key.hex), "aud": .string(store), "iat": .integer(issuedAt),
            "exp": .integer(expires), "seq": .integer(sequence),
        ]
        return object.canonical
    }

    /// What the station's key signs; `CompactJWS.assemble` joins the 64-byte signature to it.
    package var signingInput: [UInt8] {
        CompactJWS.signingInput(type: Self.type, kid: key.hex, payload: payload)
    }
}

/// A ticket as it came in a request; tells only which station's key to look up.
package struct UnverifiedTicket: Sendable {
    /// The station that the ticket claims to be of.
    package let station: Fingerprint
    private let jws: CompactJWS

    /// - Parameter bytes: the JWS in compact form, at most 4 KiB.
    package init(parsing bytes: [UInt8]) throws(PolicyError) {
        let jws = try reading { () throws(JOSEError) in try CompactJWS(parsing: bytes, bound: 4096) }
        self.jws = jws
        station = try reading { () throws(JOSEError) in try Fingerprint(hex: jws.kid) }
    }

    /// Believes the ticket when the station's key signed it, the policy approves that key, and it holds now.
    ///
    /// - Parameters:
    ///   - key: the station's key as the clinic keeps it from the enrolment.
    ///   - now: seconds since 1970; 60 s of skew are allowed.
    package func verified(
        by key: PublicKey, policy: ClinicPolicy, now: Int64
    ) throws(PolicyError) -> VerifiedTicket {
        guard key.fingerprint == station else { throw .ticketDiffers("kid") }
        let claims = try reading { () throws(JOSEError) in
            try TicketClaims(parsing: jws.payload(verifiedBy: key.key, type: TicketClaims.type))
        }
        guard claims.key == station else { throw .ticketDiffers("sub") }
        guard claims.store == policy.claims.store.name else { throw .audience(claims.store) }
        guard claims.issuedAt <= now + 60 else { throw .ticketNotYetValid(from: claims.issuedAt) }
        guard now < claims.expires + 60 else { throw .ticketExpired(at: claims.expires) }
        guard claims.expires - claims.issuedAt <= TicketClaims.lifetime else {
            throw .ticketLifetime(claims.expires - claims.issuedAt)
        }
        guard let entry = policy.approvedStation(key: station) else { throw .stationNotApproved(station) }
        guard entry.name == claims.station else { throw .ticketDiffers("iss") }
        return VerifiedTicket(claims: claims, station: entry)
    }
}

/// The right of one approved station to upload to this store for now.
package struct VerifiedTicket: Sendable {
    package let claims: TicketClaims
    package let station: PolicyClaims.Station

    fileprivate init(claims: TicketClaims, station: PolicyClaims.Station) {
        self.claims = claims
        self.station = station
    }
}
