import Foundation
import KeyLink

/// Valid documents of one station.
struct Documents {
    let key: StationKey
    let fingerprint: String
    let epoch: UInt64

    init(_ keys: RunningKeys) throws {
        key = try keys.identify()
        fingerprint = try key.fingerprint().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        epoch = try keys.epoch()
    }

    private let digest = String(repeating: "0f", count: 32)

    func manifest(_ sequence: UInt64) -> String {
        """
        obscura-manifest/1
        bundle 0123456789ABCDEFGHJKMNPQRS
        station \(fingerprint)
        keys software
        seq \(sequence)
        prev none
        day 2026-03-01
        epoch \(epoch)
        origin live
        policy \(digest)
        consent \(digest)
        recipients \(digest)
        \(digest)  OBSCURA
        \(digest)  a/000001.age
        \(digest)  index.age

        """
    }

    func journalHead(_ sequence: UInt64) -> String {
        "obscura-journal-head/1\nstation \(fingerprint)\nseq \(sequence)\nhead \(digest)\ntime 1772000000\n"
    }

    func tombstone(_ sequence: UInt64) -> String {
        """
        obscura-tombstone/1
        bundle 0123456789ABCDEFGHJKMNPQRS
        station \(fingerprint)
        seq \(sequence)
        voids \(digest)
        reason the wrong patient sat down
        time 1772000000

        """
    }

    func notice(_ sequence: UInt64) -> String {
        """
        obscura-notice/1
        station \(fingerprint)
        seq \(sequence)
        consent \(digest)
        act withdrawn
        time 1772000000

        """
    }

    var enrolment: String {
        "obscura-enrolment/1\nstation derm-03\nkey \(fingerprint)\nkeys software\ntime 1772000000\n"
    }

    func ticket(_ sequence: UInt64, station: String = "derm-03", lifetime: Int = 86_400, algorithm: String = "ES256")
        -> String
    {
        let header = #"{"alg":"\#(algorithm)","kid":"\#(fingerprint)","typ":"obscura-ticket+jwt"}"#
        let payload = """
            {"aud":"store-1","exp":\(1_772_000_000 + lifetime),"iat":1772000000,"iss":"\(station)",\
            "seq":\(sequence),"sub":"\(fingerprint)"}
            """
        return base64url(header) + "." + base64url(payload)
    }

    private func base64url(_ text: String) -> String {
        Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=", with: "")
    }

    /// One document of each kind with the same sequence.
    func all(_ sequence: UInt64) -> [(DocumentKind, String)] {
        [
            (.manifest, manifest(sequence)), (.journalHead, journalHead(sequence)), (.tombstone, tombstone(sequence)),
            (.notice, notice(sequence)), (.ticket, ticket(sequence)),
        ]
    }
}
