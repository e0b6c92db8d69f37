import Foundation
import KeyLink
import Testing

@Suite(.enabled(if: SimulatedTPM.isInstalled, "swtpm is not installed"), .serialized)
struct `The TPM behind obscura-keys` {
    let tpm: SimulatedTPM
    let keys: RunningKeys

    init() throws {
        tpm = try SimulatedTPM()
        keys = try RunningKeys(tpm)
    }

    @Test func `gives the same keys after a restart`() throws {
        let before = (try keys.identify(), try keys.mix(1), try keys.stateKey())
        keys.kill()
        tpm.stop()
        try tpm.start()
        try keys.start()
        #expect(try keys.identify() == before.0)
        #expect(try keys.mix(1) == before.1)
        #expect(try keys.mix(2) != before.1)
        #expect(try keys.stateKey() == before.2)
    }

    @Test func `never lowers its epoch`() throws {
        let first = try keys.epoch()
        #expect(try keys.raiseEpoch() == first + 1)
        keys.kill()
        tpm.stop()
        try tpm.start()
        try keys.start()
        #expect(try keys.epoch() == first + 1)
        #expect(try keys.raiseEpoch() == first + 2)
    }

    @Test func `may be reset between two questions`() throws {
        let (key, mixed) = (try keys.identify(), try keys.mix(1))
        try tpm.reset()
        #expect(try keys.mix(1) == mixed)
        let documents = try Documents(keys)
        #expect(documents.key == key)
        _ = try keys.sign(documents.manifest(1), .manifest)
    }

    @Test func `may go away and come back`() throws {
        let mixed = try keys.mix(1)
        tpm.stop()
        #expect(throws: KeyLinkError.absent) { try keys.mix(1) }
        #expect(throws: KeyLinkError.absent) { try keys.raiseEpoch() }
        try tpm.start()
        #expect(try keys.mix(1) == mixed)
    }

    @Test func `may not be another one`() throws {
        let documents = try Documents(keys)
        try tpm.replace()
        #expect(throws: KeyLinkError.otherDevice) { try keys.mix(1) }
        #expect(throws: KeyLinkError.otherDevice) { try keys.sign(documents.manifest(1), .manifest) }
        keys.kill()
        // Started anew it says so, and answers nothing, so that capture can say it to a person.
        try keys.start()
        #expect(throws: KeyLinkError.otherDevice) { try keys.identify() }
        #expect(throws: KeyLinkError.otherDevice) { try keys.stateKey() }
        #expect(throws: KeyLinkError.otherDevice) { try keys.firmware() }
        #expect(throws: KeyLinkError.otherDevice) { try keys.adopt([UInt8](repeating: 1, count: 32)) }
        #expect(try keys.complaints().contains("note: this is another TPM"))
    }

    @Test(.enabled(if: SimulatedTPM.hasTools, "tpm2-tools is not installed"))
    func `keeps the state key to itself once PCR 7 changed, and signs on`() throws {
        keys.kill()
        try tpm.tool("tpm2_pcrextend", "7:sha256=" + String(repeating: "01", count: 32))
        try keys.start()
        #expect(throws: KeyLinkError.stateKeySealedAway) { try keys.stateKey() }
        _ = try keys.sign(Documents(keys).manifest(1), .manifest)
    }

    @Test(.enabled(if: SimulatedTPM.hasTools, "tpm2-tools is not installed"))
    func `signs and unseals while strangers have locked it out`() throws {
        keys.kill()
        try tpm.tool(
            "tpm2_nvdefine", "0x1800b5e", "-C", "o", "-s", "8", "-a", "authread|authwrite", "-p", "secret")
        // The simulator locks after three; each wrong password ends the tool with an error, which is what it is for.
        for _ in 0..<4 { #expect(throws: SimulatedTPM.Failure.self) { try wrongPassword() } }
        try keys.start()
        _ = try keys.sign(Documents(keys).manifest(1), .manifest)
        _ = try (keys.stateKey(), keys.mix(1), keys.raiseEpoch())
        keys.kill()
        #expect(try keys.complaints().contains("note: the TPM is locked out"))
    }

    private func wrongPassword() throws { try tpm.tool("tpm2_nvread", "0x1800b5e", "-C", "0x1800b5e", "-P", "wrong") }
}
