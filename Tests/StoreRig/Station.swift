import BundleFormat
import Crypto
import Foundation
import JOSE
import Policy

/// A station with a key, an outbox and an inbox; it makes real bundles with pictures of noise.
package final class Station: Sendable {
    package let signer = P256.Signing.PrivateKey()
    package let key: StationKey
    package let origin: KeyOrigin
    package let name: String
    package let folder: TemporaryFolder
    package let outbox: String
    package let inbox: String

    package init(_ origin: KeyOrigin = .software, name: String = "derm-03") throws {
        self.origin = origin
        self.name = name
        key = try StationKey(der: Array(signer.publicKey.derRepresentation))
        folder = try TemporaryFolder()
        outbox = try folder.make("outbox")
        inbox = try folder.make("inbox")
    }

    package func ticket(store: String = "store-1", age: Int64 = 0) throws -> String {
        let claims = TicketClaims(
            station: name, key: try Fingerprint(hex: key.fingerprint.hex), store: store,
            issuedAt: Int64(Date().timeIntervalSince1970) - age, sequence: 1)
        let input = claims.signingInput
        let signature = Array(try signer.signature(for: input).rawRepresentation)
        return String(decoding: try CompactJWS.assemble(input, signature: signature), as: UTF8.self)
    }

    package func sign(_ text: [UInt8]) throws -> [UInt8] { Array(try signer.signature(for: text).derRepresentation) }

    /// The tar of one bundle with one asset of `size` bytes.
    package func bundle(
        seq: UInt64, id: BundleID, size: Int, keys: KeyOrigin? = nil, spoil: Bool = false
    ) throws -> [UInt8] {
        var noise = SplitMix(state: seq)
        var asset = [UInt8](repeating: 0, count: size)
        for place in asset.indices { asset[place] = UInt8(truncatingIfNeeded: noise.next()) }
        let entries: [(EntryPath, [UInt8])] = [
            (.label, Manifest.label), (.asset(1), asset), (.index, Array("index".utf8)),
        ]
        let none = try Digest.of([])
        let manifest = Manifest(
            facts: .init(
                bundle: id, station: key.fingerprint, keys: keys ?? origin, seq: seq, previous: nil,
                day: try Day(parsing: "2026-07-01"), epoch: 1, origin: .replay, policy: none, consent: none),
            recipients: none, entries: try entries.map { .init(path: $0.0, digest: try Digest.of($0.1)) })
        var tar: [UInt8] = []
        var all = entries + [(.manifest, manifest.text), (.signature, try sign(manifest.text)), (.stationKey, key.pem)]
        if spoil { all[1].1[size / 2] ^= 1 }
        for (path, bytes) in all {
            tar += TarHeader.encode(path, size: bytes.count) + bytes
            tar += [UInt8](repeating: 0, count: TarHeader.padding(after: bytes.count))
        }
        return tar + [UInt8](repeating: 0, count: 2 * TarHeader.block)
    }

    /// Lays a bundle into the outbox, free to go.
    @discardableResult
    package func queue(seq: UInt64, size: Int, spoil: Bool = false) throws -> (name: BundleFileName, bytes: [UInt8]) {
        let name = try BundleFileName(seq: seq, id: .init(bits: UInt128(seq) << 64 | 7))
        let bytes = try bundle(seq: seq, id: name.id, size: size, spoil: spoil)
        try write(bytes, "\(name).obs")
        try write(Array("\(try Digest.of(bytes))  \(name).obs\n".utf8), "\(name).sha256")
        try write([], "\(name).go")
        return (name, bytes)
    }

    /// Writes what capture keeps in the outbox beside bundles.
    package func connect(port: Int, authority: String) throws {
        let pem = authority.replacingOccurrences(of: "\n", with: "\\n")
        let url = "https://127.0.0.1:\(port)"
        try write(Array(#"{"name":"store-1","url":"\#(url)","ca":"\#(pem)"}"#.utf8), "store.json")
        try write(Array(#"{"lists":["\#(url)/v1/lists/1"]}"#.utf8), "lists.json")
        try write(Array(try ticket().utf8), "ticket.jws")
        try write(key.pem, "station.pem")
    }

    package func write(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(outbox)/\(name)"))
    }

    package func received(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: "\(inbox)/\(name)").map { Array($0) }
    }

    package func outboxNames() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: outbox).sorted()
    }
}

/// Sebastiano Vigna's splitmix64: the same noise every time.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
