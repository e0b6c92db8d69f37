import AEAD
import Age
import BundleFormat
import Crypto
import LockedMemory
import Open
@testable import Seal

/// A station with a software key and a clinic with one identity.
struct Fixture {
    let stationKey = P256.Signing.PrivateKey()
    let identity: Identity
    let key: StationKey

    init() throws {
        identity = try .generate()
        key = try StationKey(der: Array(stationKey.publicKey.derRepresentation))
    }

    func recipient() throws -> Recipient { try Recipient(identity.recipient!) }

    func facts(seq: UInt64 = 12) throws -> BundleFacts {
        BundleFacts(
            bundle: try .random(), station: key.fingerprint, keys: .software, seq: seq, previous: nil,
            day: try Day(parsing: "2026-11-21"), epoch: 1, origin: .replay, policy: try .of([1]), consent: try .of([2]))
    }

    func sign(_ text: [UInt8]) throws -> [UInt8] {
        Array(try stationKey.signature(for: text).derRepresentation)
    }

    /// The canonical index of assets, without anything of the patient's.
    func index(_ facts: BundleFacts, _ assets: [BundleWriter.SealedAsset]) throws -> LockedBytes {
        let list = assets.map {
            #"{"bytes":\#($0.bytes),"media":"application/dicom","path":"\#($0.path)","sha256":"\#($0.plain)"}"#
        }
        let text =
            #"{"assets":[\#(list.joined(separator: ","))],"bundle":"\#(facts.bundle)","#
            + #""seq":\#(facts.seq),"station":"\#(facts.station)"}"#
        return try LockedBytes(copying: Array(text.utf8).span)
    }

    func bundle(_ assets: [[UInt8]], facts: BundleFacts, others: [Recipient] = []) throws -> SealedBundle {
        let mix = try KeyMix.random()
        var writer = try BundleWriter(facts, key: key)
        var sealed: [BundleWriter.SealedAsset] = []
        for asset in assets {
            sealed.append(
                try writer.add(try LockedBytes(copying: asset.span), to: [try recipient()] + others, mix: mix))
        }
        var further = FurtherIndexes()
        for other in others { try further.add(try index(facts, sealed), to: other) }
        let prepared = try writer.prepare(
            index: try index(facts, sealed), to: try recipient(), further: further, mix: mix)
        let signature = try sign(prepared.manifestText)
        return try prepared.finish(signature: signature)
    }
}

func bytes(of bundle: borrowing SealedBundle) -> [UInt8] {
    var all: [UInt8] = []
    bundle.withChunks { all.append(copying: $0) }
    return all
}
