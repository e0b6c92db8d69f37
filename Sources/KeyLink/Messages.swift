import LockedMemory

/// The kinds of document that the station key signs; the number is the kind's byte on the wire.
package enum DocumentKind: UInt8, Sendable, CaseIterable {
    case manifest = 1
    case journalHead = 2
    case tombstone = 3
    case notice = 4
    /// The signing input of a JWS, `base64url(header).base64url(payload)`; the others are text.
    case ticket = 5
    case enrolment = 6
    /// What a station that needs the clinic's word says of itself.
    case recovery = 7
}

/// What `obscura-capture` may ask of `obscura-keys`; there is nothing else.
package enum KeyRequest: Sendable, Equatable {
    case identify
    /// HMAC-SHA256 of 32 bytes under the TPM's mixing key.
    case mix([UInt8])
    case stateKey
    case epoch
    case raiseEpoch
    /// A document of at most `KeyRequest.documentBound` bytes.
    case sign(DocumentKind, [UInt8])
    /// The clinic root's point (64 bytes): from now on it may approve another state of the firmware. Once only.
    case bind([UInt8])
    /// What the clinic would approve: the policy digest of PCR 7 as it is now.
    case firmware
    /// The clinic's signature (r, s; 64 bytes) for PCR 7 as it is now: the state key is sealed to that.
    case approve([UInt8])
    /// On another TPM than the record's: new keys, for a station that the clinic will know again.
    case renew
    /// The station's old state key (32 bytes), as the clinic gave it back: kept in place of the new one.
    case adopt([UInt8])

    package static let documentBound = 64 << 10
    /// The longest message that is a request, bytes.
    package static let bound = documentBound + 2
}

/// Why `obscura-keys` did not do what was asked.
package enum KeyRefusal: Error, Sendable, Equatable {
    /// No TPM answers.
    case absent
    case lockedOut
    /// The TPM is not the one that made the station's keys.
    case otherDevice
    /// PCR 7 changed; signing goes on.
    case stateKeySealedAway
    /// The TPM asks to be asked again.
    case busy
    /// Another TPM response code.
    case device(UInt32)
    /// The request was no message of this protocol.
    case malformed
    /// The document differs from its kind's form in this line, counted from 1.
    case document(line: UInt32)
    /// The document names another station or another key.
    case otherStation
    /// The document says `keys tpm` of a software key, or the other way round.
    case otherHolder
    /// The document's epoch is not the TPM counter's value, which is given.
    case epoch(UInt64)
    /// The document's sequence is not above the last one signed of its kind, which is given.
    case sequence(last: UInt64)
    /// The sequence could not be made durable, so nothing was signed.
    case storage
    /// The state key is bound to another clinic's root.
    case otherClinic
    /// The clinic's approval does not hold for PCR 7 as it is.
    case notApproved
    /// The TPM is the one that made the station's keys: there is nothing to renew.
    case notStranded
}

/// What `obscura-keys` answers.
package enum KeyReply: ~Copyable, Sendable {
    case identity(StationKey)
    /// 32 bytes.
    case mixed(LockedBytes)
    /// 32 bytes.
    case stateKey(LockedBytes)
    case epoch(UInt64)
    case signature(StationSignature)
    /// 32 bytes.
    case firmware([UInt8])
    /// It was done, and is durable.
    case done
    case refused(KeyRefusal)

    /// The longest message that is a reply, bytes.
    package static let bound = 256

    /// The reason, where it is a refusal.
    package var refusal: KeyRefusal? {
        switch self {
        case .refused(let reason): reason
        default: nil
        }
    }
}

/// A message that is not one of this protocol.
package enum KeyProtocolError: Error, Equatable {
    /// The first byte names nothing known; nil where there is none.
    case kind(UInt8?)
    /// This many bytes do not fit the message's kind.
    case length(Int)
    case documentKind(UInt8)
    case refusal(UInt8)
    /// The station key in the reply is not of the one form it has.
    case stationKey
    /// The reply is of another kind than the request asks for.
    case otherReply
    /// The peer cut a message short, or announced one that is too long.
    case framing
}
