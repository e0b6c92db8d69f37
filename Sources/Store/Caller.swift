import AEAD
import BundleFormat
import HTTPTypes
import Hummingbird
import JOSE
import Linux
import Policy

/// An approved station with a ticket that holds now. Having one is the permission to upload.
struct Caller: Sendable {
    let key: StationKey
    let station: PolicyClaims.Station
    let policy: ClinicPolicy

    init(_ request: Request, _ configuration: StoreConfiguration) throws {
        guard let header = request.headers[.authorization], header.hasPrefix("Bearer ") else {
            throw Problem(.unauthorized, "ticket-missing")
        }
        let policy = try configuration.policy()
        let key = try stationKey(request)
        do {
            let verified = try UnverifiedTicket(parsing: Array(header.dropFirst(7).utf8)).verified(
                by: PublicKey(der: key.der), policy: policy, now: configuration.now())
            self.station = verified.station
        } catch PolicyError.stationNotApproved {
            throw Problem(.forbidden, "station-not-approved")
        } catch { throw Problem(.unauthorized, "ticket-refused") }
        self.key = key
        self.policy = policy
    }

    /// Whether bundles with such a key may be taken: software keys are for demonstrations.
    func permits(_ keys: KeyOrigin) -> Bool {
        station.keys.rawValue == keys.rawValue && (keys == .tpm || policy.claims.kind == .demonstration)
    }

    /// Whether this station may deliver what `station` signed: itself, or a key it had on another TPM.
    func speaks(for station: Digest) -> Bool {
        if station == key.fingerprint { return true }
        guard let own = try? Fingerprint(hex: key.fingerprint.hex), let former = try? Fingerprint(hex: station.hex)
        else { return false }
        return policy.isHeir(own, of: former)
    }

    /// Every key whose bundles this station may deliver, its own first.
    var stations: [Digest] {
        [key.fingerprint]
            + policy.claims.stations.compactMap { try? Digest(hex: $0.key.hex) }.filter {
                $0 != key.fingerprint && speaks(for: $0)
            }
    }

    /// The signature of a small text when `station` made it.
    func signature(
        of text: [UInt8], by station: Digest, _ request: Request, _ folders: StoreFolders
    ) throws -> [UInt8] {
        if station == key.fingerprint { return try checkedSignature(of: text, request, by: key) }
        // The key that it had on another TPM, as it was approved.
        let all = try Folder("enrolments", in: folders.root)
        guard try all.size(of: station.hex) != nil else { throw Problem(.unprocessableContent, "station") }
        let former = try StationKey(pem: try Folder(station.hex, in: all).read("station.pem", bound: 4096))
        guard former.fingerprint == station else { throw Problem(.unprocessableContent, "station") }
        return try checkedSignature(of: text, request, by: former)
    }
}

/// The key a request brings; that it is an approved one is for the policy to say.
func stationKey(_ request: Request) throws -> StationKey {
    guard let text = request.headers[.obscuraKey], let der = try? decodeBase64(text),
        let key = try? StationKey(der: der)
    else { throw Problem(.unauthorized, "key-missing") }
    return key
}

/// The signature in the request's header when it holds, DER.
func checkedSignature(of text: [UInt8], _ request: Request, by key: StationKey) throws -> [UInt8] {
    guard let header = request.headers[.obscuraSignature], let signature = try? decodeBase64(header),
        checkP256(signature: signature.span, of: text.span, key: key.der.span) == .valid
    else { throw Problem(.unprocessableContent, "signature") }
    return signature
}

/// RFC 4648 section 4 with padding.
func decodeBase64(_ text: String) throws -> [UInt8] {
    guard text.utf8.count % 4 == 0, !text.contains(where: { $0 == "-" || $0 == "_" }) else {
        throw Problem(.badRequest, "base64")
    }
    let bare = text.hasSuffix("==") ? text.dropLast(2) : text.hasSuffix("=") ? text.dropLast() : text[...]
    return try Base64URL.decode(String(bare.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }))
}
