import CTPM
import LockedMemory

/// Who may let a sealed object open under another state of the firmware, by signing for it (PolicyAuthorize).
package struct RecoveryAuthority: Sendable, Equatable {
    /// The P-256 key: x and y, 32 bytes each, big-endian.
    package let point: [UInt8]
    /// The policyRef, 32 bytes: an approval is for this and nothing else.
    package let reference: [UInt8]

    package init(point: [UInt8], reference: [UInt8]) throws(TPMError) {
        guard point.count == 64 else { throw .size(point.count) }
        guard reference.count == 32 else { throw .size(reference.count) }
        self.point = point
        self.reference = reference
    }

    func withCTPM<Result>(_ body: (UnsafePointer<ctpm_clinic>) -> Result) -> Result {
        var clinic = ctpm_clinic()
        unsafe withUnsafeMutableBytes(of: &clinic) { bytes in
            for (place, byte) in (point + reference).enumerated() { unsafe bytes[place] = byte }
        }
        return unsafe withUnsafePointer(to: clinic, body)
    }
}

/// 32 bytes sealed to one TPM and to PCR 7 (SHA-256 bank).
package struct SealedSecret: Sendable, Equatable {
    package let object: TPMObject
    /// The policy digest of PCR 7 as it was, 32 bytes.
    package let firmware: [UInt8]
    /// Who may approve another PCR 7; nil for nobody.
    package let authority: RecoveryAuthority?

    package init(object: TPMObject, firmware: [UInt8], authority: RecoveryAuthority?) {
        self.object = object
        self.firmware = firmware
        self.authority = authority
    }
}

extension TPM {
    /// The policy digest of PCR 7 as it is now, 32 bytes: an approval signs this followed by the reference.
    package mutating func firmwarePolicy() throws(TPMError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        try unsafe run { tpm in unsafe ctpm_firmware_policy(tpm, &digest) }
        return digest
    }

    /// Seals 32 bytes to this TPM and to PCR 7 (SHA-256 bank) as it is now, or as the authority approves later.
    package mutating func seal(
        _ secret: Span<UInt8>, authority: RecoveryAuthority? = nil
    ) throws(TPMError) -> SealedSecret {
        guard secret.count == 32 else { throw .size(secret.count) }
        var object = [UInt8](repeating: 0, count: Int(CTPM_OBJECT))
        var firmware = [UInt8](repeating: 0, count: 32)
        var size = 0
        try unsafe run { tpm in
            unsafe secret.withUnsafeBufferPointer { secret in
                guard let authority else {
                    return unsafe ctpm_seal(tpm, secret.baseAddress, nil, &firmware, &object, &size)
                }
                return unsafe authority.withCTPM {
                    unsafe ctpm_seal(tpm, secret.baseAddress, $0, &firmware, &object, &size)
                }
            }
        }
        return SealedSecret(
            object: TPMObject(bytes: Array(object.prefix(size))), firmware: firmware, authority: authority)
    }

    /// The 32 bytes of a sealed object.
    ///
    /// - Parameter approval: the authority's ECDSA-SHA256 signature (r, s; 64 bytes) over `firmwarePolicy()` and its
    ///   reference, where PCR 7 is not as it was.
    /// - Throws: `sealedAway` when PCR 7 is not as it was; `notApproved` when the approval does not hold.
    package mutating func unseal(
        _ sealed: SealedSecret, approval: [UInt8]? = nil
    ) throws(TPMError) -> LockedBytes {
        if let approval {
            guard approval.count == 64 else { throw .size(approval.count) }
            guard sealed.authority != nil else { throw .notApproved }
        }
        var secret = try Self.room()
        do throws(TPMError) {
            try unsafe run { tpm in
                var span = secret.mutableSpan
                return unsafe span.withUnsafeMutableBufferPointer { secret in
                    unsafe Self.open(tpm, sealed, approval, into: secret.baseAddress)
                }
            }
        } catch {
            // The TPM's words for a signature that does not hold are many.
            if case .refused = error, approval != nil { throw .notApproved }
            throw error
        }
        return secret
    }

    private static func open(
        _ tpm: OpaquePointer, _ sealed: SealedSecret, _ approval: [UInt8]?, into secret: UnsafeMutablePointer<UInt8>?
    ) -> UInt32 {
        let object = sealed.object.bytes
        guard let authority = sealed.authority else {
            return unsafe ctpm_unseal(tpm, object, object.count, nil, nil, nil, secret)
        }
        return unsafe authority.withCTPM { clinic in
            guard let approval else {
                return unsafe ctpm_unseal(tpm, object, object.count, clinic, sealed.firmware, nil, secret)
            }
            return unsafe ctpm_unseal(tpm, object, object.count, clinic, sealed.firmware, approval, secret)
        }
    }
}
