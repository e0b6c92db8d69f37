import AEAD
import BundleFormat
import Foundation
import JOSE
import Open
import Policy

/// The clinic's word for a station that it knows again, and the policy in which that station stands.
package struct Recovery: Sendable {
    /// A JWS in compact form, for `obscura enroll --recover --word`.
    package let word: [UInt8]
    package let policy: ClinicPolicy
    /// Whether the station comes with another key than it had.
    package let hasNewKey: Bool
}

extension ClinicFolder {
    /// Signs the word that lets a station go on after a firmware update, on another mainboard, or from a restored disk.
    ///
    /// - Parameters:
    ///   - request: what `obscura enroll --recover` wrote at the station.
    ///   - fingerprint: what the person read at the station.
    package func recover(
        station name: String, request: [UInt8], fingerprint: Fingerprint, at now: Int64
    ) throws(ClinicError) -> Recovery {
        let (file, statement) = try checked(request, name)
        guard statement.key.hex == fingerprint.hex else { throw .fingerprintDiffers(enrolled: statement.key.hex) }
        let former = try statement.former.map { digest throws(ClinicError) in try known(digest, name, in: policy()) }
        let stateKey: [UInt8]
        if former == nil {
            _ = try known(statement.key, name, in: policy())
            stateKey = []
        } else {
            stateKey = try returned(file, statement, to: fingerprint)
        }
        let root = try key(.root)
        let word: [UInt8]
        do {
            let approval = try root.signature(for: Data(statement.firmware.bytes + fingerprint.bytes))
            word = try RecoveryWord(
                station: name, key: fingerprint, former: former, epoch: Int64(clamping: statement.epoch),
                sequence: try nextMillion(name), approval: Array(approval.rawRepresentation), stateKey: stateKey,
                issuedAt: now
            ).signed(by: root)
        } catch let error as ClinicError { throw error } catch { throw .damaged(KeyRole.root.file) }
        guard let former else { return Recovery(word: word, policy: try policy(), hasNewKey: false) }
        return Recovery(word: word, policy: try replace(former, by: fingerprint, statement, at: now), hasNewKey: true)
    }

    private func checked(
        _ request: [UInt8], _ name: String
    ) throws(ClinicError) -> (RecoveryFile, RecoveryStatement) {
        do {
            let file = try RecoveryFile(parsing: request)
            let statement = try RecoveryStatement(parsing: file.statement)
            let key = try StationKey(pem: file.key)
            guard key.fingerprint == statement.key, statement.station.description == name,
                checkP256(signature: file.signature.span, of: file.statement.span, key: key.der.span) == .valid
            else { throw ClinicError.falseEnrolment(name) }
            return (file, statement)
        } catch let error as ClinicError { throw error } catch { throw .falseEnrolment(name) }
    }

    /// A key that the policy knows under this name and that is not lost: a lost station does not come back.
    private func known(_ key: Digest, _ name: String, in policy: ClinicPolicy) throws(ClinicError) -> Fingerprint {
        guard let entry = policy.claims.stations.first(where: { $0.key.hex == key.hex }), entry.name == name,
            entry.state != .lost
        else { throw .unknownStation(name) }
        return entry.key
    }

    /// The old state key, out of what the station had sealed to this clinic and into what its new key opens.
    private func returned(
        _ file: RecoveryFile, _ statement: RecoveryStatement, to station: Fingerprint
    ) throws(ClinicError) -> [UInt8] {
        guard let digest = try? Digest.of(file.recipient), digest == statement.recipient else {
            throw .falseEnrolment(statement.station.description)
        }
        let identity = try workingIdentity()
        var stateKey: [UInt8]
        do { stateKey = try AgeFile.open(file.escrow.span, identities: [identity]) } catch {
            throw .unusable("the station's state key was not sealed to this clinic, so it cannot be given back")
        }
        defer { wipe(&stateKey) }
        do {
            guard stateKey.count == 32 else { throw JOSEError.key }
            return try StateKeyReturn.seal(stateKey, to: file.recipient, station: station)
        } catch { throw .falseEnrolment(statement.station.description) }
    }

    /// The first number of the next million after all that came from this station: a disk that was put back does not
    /// know how many it had given.
    private func nextMillion(_ name: String) throws(ClinicError) -> Int64 {
        let keys = Set(try policy().claims.stations.filter { $0.name == name }.map(\.key.hex))
        var highest: UInt64 = 0
        for bundle in try storedBundles() {
            let parts = bundle.split(separator: "/")
            guard parts.count == 3, keys.contains(String(parts[1])),
                let file = try? BundleFileName(parsing: parts[2].dropLast(4))
            else { continue }
            highest = max(highest, file.seq)
        }
        return Int64(clamping: (highest / 1_000_000 + 1) * 1_000_000)
    }

    private func replace(
        _ former: Fingerprint, by key: Fingerprint, _ statement: RecoveryStatement, at now: Int64
    ) throws(ClinicError) -> ClinicPolicy {
        try signPolicy(at: now) { claims throws(ClinicError) in
            let name = statement.station.description
            guard let keys = PolicyClaims.Station.Keys(rawValue: statement.keys.rawValue),
                keys == .tpm || claims.kind == .demonstration
            else { throw .softwareKeys(name) }
            for place in claims.stations.indices
            where claims.stations[place].name == name && claims.stations[place].state == .approved {
                claims.stations[place] = claims.stations[place].marked(.replaced)
            }
            claims.stations.removeAll { $0.key == key }
            claims.stations.append(.init(name: name, key: key, keys: keys, state: .approved))
        }
    }
}
