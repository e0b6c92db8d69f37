import CTPM
import LockedMemory

/// What the TPM, or the way to it, answered in place of a result.
package enum TPMError: Error, Equatable {
    /// No TPM could be opened at the TCTI string; tpm2-tss' code.
    case absent(UInt32)
    /// The TPM was there and is not any more; tpm2-tss' code.
    case gone(UInt32)
    /// This is not the TPM that made the station's objects.
    case otherTPM
    /// The TPM is in dictionary-attack lockout.
    case lockedOut
    /// PCR 7 is not as it was when the object was sealed, and nobody who may has approved what it is.
    case sealedAway
    /// The approval of PCR 7 is not signed by the clinic's key, or is for another state.
    case notApproved
    /// The TPM asked to be asked again later, more often than we did.
    case busy(UInt32)
    /// A hierarchy or an object wants a password that this station does not have.
    case passwordSet
    /// The bytes are no object of the kind asked for, or the counter's index holds something else.
    case wrongObject
    /// A secret, digest or context that is not 32 bytes long.
    case size(Int)
    case memory(LockedMemoryError)
    /// Any other code.
    case refused(UInt32)

    /// A code that a command of an open TPM returned.
    init(command code: UInt32) {
        let layer = code >> 16 & 0xff
        switch (layer, Response(code)) {
        case _ where code == 0x00fe_0003: self = .sealedAway
        case (0xfe, _): self = .wrongObject
        case (Response.tctiLayer, _): self = .gone(code)
        case (_, .lockedOut): self = .lockedOut
        case (_, .integrity): self = .otherTPM
        case (_, .policyFailed), (_, .pcrChanged): self = .sealedAway
        case (_, .tryLater): self = .busy(code)
        case (_, .authorization): self = .passwordSet
        default: self = .refused(code)
        }
    }
}

extension TPMError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .absent(let code): "no TPM: \(Self.words(code))"
        case .gone(let code): "the TPM is gone: \(Self.words(code))"
        case .otherTPM: "this is another TPM than the one that made the station's keys"
        case .notApproved: "the clinic did not sign for the firmware's present state"
        case .lockedOut: "the TPM is locked out after wrong passwords"
        case .sealedAway: "PCR 7 has changed since the state key was sealed"
        case .busy(let code): "the TPM is busy: \(Self.words(code))"
        case .passwordSet: "the TPM wants a password that the station does not have"
        case .wrongObject: "a stored TPM object is damaged or of another kind"
        case .size(let count): "\(count) bytes where the TPM takes 32"
        case .memory(let error): "no locked memory: \(error)"
        case .refused(let code): "the TPM refused: \(Self.words(code))"
        }
    }

    private static func words(_ code: UInt32) -> String {
        let text = unsafe String(cString: ctpm_words(code))
        return "\(text) (0x\(String(code, radix: 16)))"
    }
}

/// The few response codes that decide something (TPM 2.0 part 2, section 6.6).
enum Response: Equatable {
    case success, lockedOut, integrity, policyFailed, pcrChanged, authorization
    /// Retry, yielded, testing, NV rate limit, NV unavailable.
    case tryLater
    /// A handle or session that the TPM does not know: it was reset, or someone flushed.
    case unknownHandle
    /// TPM2_Startup is due.
    case notStarted
    /// No room for another object or session: a predecessor left its own behind.
    case full
    case other

    static let tctiLayer: UInt32 = 10

    init(_ code: UInt32) {
        // Layer 12 is the resource manager passing on the TPM's own code.
        guard code >> 16 == 0 || code >> 16 == 12 else {
            self = .other
            return
        }
        let number = code & 0xffff
        // Format-one codes carry the number of a handle, session or parameter beside the error.
        if number & 0x80 != 0 {
            self =
                switch number & 0xbf {
                case 0x8b: .unknownHandle
                case 0x8e, 0xa2: .authorization
                case 0x9d: .policyFailed
                case 0x9f: .integrity
                default: .other
                }
            return
        }
        self =
            switch number {
            case 0: .success
            case 0x100: .notStarted
            case 0x128: .pcrChanged
            case 0x902, 0x903, 0x905, 0x906: .full
            case 0x908, 0x90a, 0x920, 0x922, 0x923: .tryLater
            case 0x910...0x91e: .unknownHandle
            case 0x921: .lockedOut
            default: .other
            }
    }
}
