import AEAD
import Crypto
import Foundation
import KeyLink
import Testing

/// The clinic's root may approve another state of the firmware, and gives a station on another TPM its old state key.
@Suite(.enabled(if: SimulatedTPM.hasTools, "swtpm or tpm2-tools is not installed"), .serialized)
struct `A station that the clinic recovers` {
    let tpm: SimulatedTPM
    let keys: RunningKeys
    let root = P256.Signing.PrivateKey()

    init() throws {
        tpm = try SimulatedTPM()
        keys = try RunningKeys(tpm)
    }

    private var point: [UInt8] { Array(root.publicKey.rawRepresentation) }

    private func signed(_ firmware: [UInt8], for fingerprint: [UInt8], by key: P256.Signing.PrivateKey) throws
        -> [UInt8]
    { Array(try key.signature(for: Data(firmware + fingerprint)).rawRepresentation) }

    /// A firmware update, as PCR 7 shows it.
    private func update(_ byte: String) throws {
        keys.kill()
        try tpm.tool("tpm2_pcrextend", "7:sha256=" + String(repeating: byte, count: 32))
        try keys.start()
    }

    @Test func `opens its state key under a firmware that the clinic signed for, and for ever after`() throws {
        let before = try keys.stateKey()
        try keys.bind(point)
        #expect(try keys.stateKey() == before)
        try update("01")
        #expect(throws: KeyLinkError.stateKeySealedAway) { try keys.stateKey() }
        let fingerprint = try keys.identify().fingerprint()
        try keys.approve(signed(keys.firmware(), for: fingerprint, by: root))
        #expect(try keys.stateKey() == before)
        keys.kill()
        try keys.start()
        #expect(try keys.stateKey() == before)
        try update("02")
        #expect(throws: KeyLinkError.stateKeySealedAway) { try keys.stateKey() }
    }

    @Test func `believes no other signature`() throws {
        try keys.bind(point)
        let fingerprint = try keys.identify().fingerprint()
        let older = try keys.firmware()
        try update("01")
        let firmware = try keys.firmware()
        let wrong = [
            try signed(firmware, for: fingerprint, by: P256.Signing.PrivateKey()),
            try signed(older, for: fingerprint, by: root),
            try signed(firmware, for: [UInt8](repeating: 0, count: 32), by: root),
            [UInt8](repeating: 0, count: 64),
        ]
        for signature in wrong {
            #expect(throws: KeyLinkError.refused(.notApproved)) { try keys.approve(signature) }
            #expect(throws: KeyLinkError.stateKeySealedAway) { try keys.stateKey() }
        }
    }

    @Test func `is bound to one clinic, and before that to none`() throws {
        let fingerprint = try keys.identify().fingerprint()
        let approval = try signed(keys.firmware(), for: fingerprint, by: root)
        #expect(throws: KeyLinkError.refused(.notApproved)) { try keys.approve(approval) }
        try keys.bind(point)
        try keys.bind(point)
        let other = Array(P256.Signing.PrivateKey().publicKey.rawRepresentation)
        #expect(throws: KeyLinkError.refused(.otherClinic)) { try keys.bind(other) }
    }

    @Test func `makes new keys on another TPM when it is told to, and takes its old state key`() throws {
        let (before, old) = (try keys.identify(), try keys.stateKey())
        _ = try keys.sign(Documents(keys).manifest(7), .manifest)
        #expect(throws: KeyLinkError.refused(.notStranded)) { try keys.renew() }
        keys.kill()
        try tpm.replace()
        try keys.start()
        let renewed = try keys.renew()
        #expect(renewed != before)
        #expect(try keys.identify() == renewed)
        #expect(try keys.stateKey() != old)
        try keys.adopt(old)
        keys.kill()
        try keys.start()
        #expect(try keys.identify() == renewed)
        #expect(try keys.stateKey() == old)
        // What the old key signed stays signed once.
        #expect(throws: KeyLinkError.refused(.sequence(last: 7))) {
            try keys.sign(Documents(keys).manifest(7), .manifest)
        }
        #expect(FileManager.default.fileExists(atPath: keys.state.appending(path: "station.former").path))
    }
}
