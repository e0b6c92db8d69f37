import LockedMemory
import Testing

@testable import TPM

@Suite struct `A TPM response code` {
    static let meanings: [(UInt32, TPMError)] = [
        (0x921, TPMError.lockedOut), (0x1df, .otherTPM), (0x99d, .sealedAway), (0x128, .sealedAway),
        (0x922, .busy(0x922)), (0x920, .busy(0x920)), (0x9a2, .passwordSet), (0x98e, .passwordSet),
        (0xa000a, .gone(0xa000a)), (0xc0921, .lockedOut), (0xfe0001, .wrongObject), (0x101, .refused(0x101)),
        (0x70018, .refused(0x70018)),
    ]

    @Test(arguments: meanings) func `becomes the error it means`(code: UInt32, error: TPMError) {
        #expect(TPMError(command: code) == error)
    }
}

@Suite(.enabled(if: SimulatedTPM.isInstalled, "swtpm is not installed"), .serialized)
struct `A TPM` {
    let simulator: SimulatedTPM
    static let counter: UInt32 = 0x0180_0b5d

    init() throws { simulator = try SimulatedTPM() }

    @Test func `is known again by its primary, which another does not have`() throws {
        let name = try TPM(tcti: simulator.tcti).parentName
        #expect(name.count == 34)
        #expect(try TPM(tcti: simulator.tcti, expecting: name).parentName == name)
        try simulator.replace()
        #expect(throws: TPMError.otherTPM) { _ = try TPM(tcti: simulator.tcti, expecting: name) }
    }

    @Test func `loads no object of another TPM, even when nobody asked who it is`() throws {
        let objects = try makeObjects()
        try simulator.replace()
        var tpm = try TPM(tcti: simulator.tcti)
        #expect(failure(&tpm) { tpm throws(TPMError) in _ = try tpm.use(identity: objects.identity) } == .otherTPM)
        #expect(failure(&tpm) { tpm throws(TPMError) in _ = try tpm.unseal(objects.sealed) } == .otherTPM)
    }

    @Test func `loads no object of another kind and none that was damaged`() throws {
        let objects = try makeObjects()
        let identity = SealedSecret(object: objects.identity, firmware: objects.sealed.firmware, authority: nil)
        var tpm = try TPM(tcti: simulator.tcti)
        #expect(
            failure(&tpm) { tpm throws(TPMError) in _ = try tpm.use(identity: objects.sealed.object) } == .wrongObject)
        #expect(failure(&tpm) { tpm throws(TPMError) in _ = try tpm.unseal(identity) } == .wrongObject)
        let cut = TPMObject(bytes: objects.identity.bytes.dropLast())
        #expect(failure(&tpm) { tpm throws(TPMError) in _ = try tpm.use(identity: cut) } == .wrongObject)
        // The object attributes' second byte: fixedTPM is bit 1 of the last one.
        var bytes = objects.identity.bytes
        bytes[9] ^= 0x02
        let movable = TPMObject(bytes: bytes)
        #expect(failure(&tpm) { tpm throws(TPMError) in _ = try tpm.use(identity: movable) } == .wrongObject)
    }

    @Test func `unseals what it sealed, however often`() throws {
        let objects = try makeObjects()
        var tpm = try TPM(tcti: simulator.tcti)
        // More often than there are slots for objects and sessions: each one is flushed.
        for _ in 0..<8 {
            let secret = try tpm.unseal(objects.sealed)
            #expect(array(secret.span) == Array(0..<32))
        }
    }

    @Test func `leaves nothing behind, and clears away what a killed one left`() throws {
        for _ in 0..<4 {
            var tpm = try TPM(tcti: simulator.tcti)
            let identity = try tpm.makeIdentity()
            _ = try tpm.use(identity: identity)
        }
    }

    @Test func `counts upwards only`() throws {
        var tpm = try TPM(tcti: simulator.tcti)
        try tpm.adoptCounter(at: Self.counter)
        let first = try tpm.counter(at: Self.counter)
        #expect(try tpm.raiseCounter(at: Self.counter) == first + 1)
        try tpm.adoptCounter(at: Self.counter)
        #expect(try tpm.counter(at: Self.counter) == first + 1)
    }

    @Test func `signs nothing before it has a key`() throws {
        var tpm = try TPM(tcti: simulator.tcti)
        let digest = [UInt8](repeating: 0, count: 32)
        #expect(failure(&tpm) { tpm throws(TPMError) in _ = try tpm.sign(digest) } == .wrongObject)
        #expect(failure(&tpm) { tpm throws(TPMError) in _ = try tpm.sign([0]) } == .size(1))
    }

    @Test func `is absent where nothing listens`() throws {
        simulator.stop()
        let error = #expect(throws: TPMError.self) { _ = try TPM(tcti: simulator.tcti) }
        guard case .absent = error else {
            Issue.record("\(String(describing: error)) is not absence")
            return
        }
    }

    private func makeObjects() throws -> (identity: TPMObject, sealed: SealedSecret) {
        var tpm = try TPM(tcti: simulator.tcti)
        let secret: [UInt8] = Array(0..<32)
        return (try tpm.makeIdentity(), try tpm.seal(secret.span))
    }

    private func failure(_ tpm: inout TPM, _ work: (inout TPM) throws(TPMError) -> Void) -> TPMError? {
        do {
            try work(&tpm)
            return nil
        } catch { return error }
    }
}
