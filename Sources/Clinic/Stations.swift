import JOSE
import Policy

extension ClinicFolder {
    /// Approves a station whose enrolment has arrived, into a new version of the policy.
    ///
    /// - Parameter fingerprint: what the person read at the station, not what the network brought.
    package func approve(
        station name: String, fingerprint: Fingerprint, at now: Int64
    ) throws(ClinicError) -> ClinicPolicy {
        let enrolments = try enrolments().filter { $0.station == name }
        guard let newest = enrolments.last else { throw .notEnrolled(name) }
        guard let enrolment = enrolments.first(where: { $0.key == fingerprint }) else {
            throw .fingerprintDiffers(enrolled: newest.key.hex)
        }
        return try approve(station: name, fingerprint: fingerprint, keys: enrolment.keys, at: now)
    }

    /// Approves a station by its typed fingerprint alone, when no enrolment can arrive.
    package func approve(
        station name: String, fingerprint: Fingerprint, keys: PolicyClaims.Station.Keys, at now: Int64
    ) throws(ClinicError) -> ClinicPolicy {
        try signPolicy(at: now) { claims throws(ClinicError) in
            guard keys == .tpm || claims.kind == .demonstration else { throw .softwareKeys(name) }
            // A station that comes with a new key replaces itself; the old key must not deliver any more.
            for place in claims.stations.indices where claims.stations[place].name == name {
                claims.stations[place] = claims.stations[place].marked(.lost)
            }
            claims.stations.removeAll { $0.key == fingerprint }
            claims.stations.append(.init(name: name, key: fingerprint, keys: keys, state: .approved))
        }
    }

    /// Marks every key of a station lost: nothing that it signs is taken any more.
    package func lose(station name: String, at now: Int64) throws(ClinicError) -> ClinicPolicy {
        try signPolicy(at: now) { claims throws(ClinicError) in
            guard claims.stations.contains(where: { $0.name == name }) else { throw .unknownStation(name) }
            for place in claims.stations.indices where claims.stations[place].name == name {
                claims.stations[place] = claims.stations[place].marked(.lost)
            }
        }
    }
}

extension PolicyClaims.Station {
    func marked(_ state: State) -> PolicyClaims.Station {
        .init(name: name, key: key, keys: keys, state: state)
    }
}
