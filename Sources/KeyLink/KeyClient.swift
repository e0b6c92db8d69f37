import AEAD
import Linux
import LockedMemory

/// Why the keys could not be used.
package enum KeyLinkError: Error, Equatable {
    /// `obscura-keys` could not be reached, not even by connecting again.
    case unreachable(SystemCallError)
    /// `obscura-keys` closed the connection, twice.
    case silent
    /// `obscura-keys` did not answer in time. Not asked again: it may still be doing what it was asked.
    case late
    /// There is no TPM.
    case absent
    case lockedOut
    /// The TPM is not the one that made the station's keys.
    case otherDevice
    /// PCR 7 changed: no session opens until the clinic recovers the state key.
    case stateKeySealedAway
    case refused(KeyRefusal)
    case `protocol`(KeyProtocolError)
    case memory(LockedMemoryError)
}

/// The only way to the station's keys. Synchronous; one owner.
///
/// Every question connects again once when the connection is gone. A document that was signed while its answer got lost is
/// refused the second time (`sequence`); an epoch may be raised twice: both are safe.
package struct KeyClient: ~Copyable, Sendable {
    private let path: String
    private let patience: Int
    private var stream: UnixStream?

    /// - Parameters:
    ///   - path: the socket of `obscura-keys`; it is connected with the first question.
    ///   - patience: milliseconds to wait for an answer; a discrete TPM takes up to half a second a command.
    package init(path: String, patience: Int = 20_000) {
        self.path = path
        self.patience = patience
    }

    package mutating func identify() throws(KeyLinkError) -> StationKey {
        switch try ask(.identify) {
        case .identity(let key): return key
        default: throw .protocol(.otherReply)
        }
    }

    /// HMAC-SHA256 of `context` (32 bytes) under the TPM's mixing key: 32 bytes.
    package mutating func mix(_ context: [UInt8]) throws(KeyLinkError) -> LockedBytes {
        guard context.count == 32 else { throw .protocol(.length(context.count)) }
        switch try ask(.mix(context)) {
        case .mixed(let secret): return secret
        default: throw .protocol(.otherReply)
        }
    }

    /// The key of the journal and the ledger at rest: 32 bytes.
    package mutating func stateKey() throws(KeyLinkError) -> LockedBytes {
        switch try ask(.stateKey) {
        case .stateKey(let secret): return secret
        default: throw .protocol(.otherReply)
        }
    }

    package mutating func epoch() throws(KeyLinkError) -> UInt64 { try epoch(by: .epoch) }

    /// Raises the TPM's counter for a new session.
    ///
    /// - Returns: the new value.
    package mutating func raiseEpoch() throws(KeyLinkError) -> UInt64 { try epoch(by: .raiseEpoch) }

    private mutating func epoch(by request: KeyRequest) throws(KeyLinkError) -> UInt64 {
        switch try ask(request) {
        case .epoch(let value): return value
        default: throw .protocol(.otherReply)
        }
    }

    /// Signs a document whose form, station and rising sequence `obscura-keys` checks first.
    package mutating func sign(_ document: [UInt8], as kind: DocumentKind) throws(KeyLinkError) -> StationSignature {
        guard (1...KeyRequest.documentBound).contains(document.count) else { throw .protocol(.length(document.count)) }
        switch try ask(.sign(kind, document)) {
        case .signature(let signature): return signature
        default: throw .protocol(.otherReply)
        }
    }

    /// Lets the clinic's root (x and y, 64 bytes) approve another state of the firmware; once for ever.
    package mutating func bind(_ root: [UInt8]) throws(KeyLinkError) { try order(.bind(root), 64, root.count) }

    /// The policy digest of PCR 7 as it is now: 32 bytes.
    package mutating func firmware() throws(KeyLinkError) -> [UInt8] {
        switch try ask(.firmware) {
        case .firmware(let digest): return digest
        default: throw .protocol(.otherReply)
        }
    }

    /// Seals the state key to PCR 7 as it is now by the root's signature (r, s: 64 bytes).
    package mutating func approve(_ signature: [UInt8]) throws(KeyLinkError) {
        try order(.approve(signature), 64, signature.count)
    }

    /// Makes new keys on a TPM that is not the one of the record.
    package mutating func renew() throws(KeyLinkError) -> StationKey {
        switch try ask(.renew) {
        case .identity(let key): return key
        default: throw .protocol(.otherReply)
        }
    }

    /// Puts the old state key (32 bytes, which the caller wipes) in the new one's place.
    package mutating func adopt(_ stateKey: [UInt8]) throws(KeyLinkError) {
        try order(.adopt(stateKey), 32, stateKey.count)
    }

    private mutating func order(_ request: KeyRequest, _ expected: Int, _ count: Int) throws(KeyLinkError) {
        guard count == expected else { throw .protocol(.length(count)) }
        switch try ask(request) {
        case .done: return
        default: throw .protocol(.otherReply)
        }
    }

    private mutating func ask(_ request: KeyRequest) throws(KeyLinkError) -> KeyReply {
        var message: [UInt8]
        do { message = try exchange(request.encoded) } catch KeyLinkError.silent, KeyLinkError.unreachable {
            stream = nil
            message = try exchange(request.encoded)
        }
        defer {
            var span = message.mutableSpan
            wipe(&span)
        }
        let reply = try KeyReply(parsing: message.span)
        guard let refusal = reply.refusal else { return reply }
        switch refusal {
        case .absent: throw .absent
        case .lockedOut: throw .lockedOut
        case .otherDevice: throw .otherDevice
        case .stateKeySealedAway: throw .stateKeySealedAway
        default: throw .refused(refusal)
        }
    }

    /// One message there, one back.
    private mutating func exchange(_ message: [UInt8]) throws(KeyLinkError) -> [UInt8] {
        let connection: UnixStream
        if let open = stream.take() {
            connection = open
        } else {
            do { connection = try UnixStream(connecting: path) } catch { throw .unreachable(error) }
        }
        do { try connection.send(message) } catch { throw .unreachable(error) }
        do {
            let answer = try connection.receive(bound: KeyReply.bound, milliseconds: patience)
            stream = consume connection
            return answer
        } catch {
            switch error {
            case .system(let failure): throw .unreachable(failure)
            case .closed: throw .silent
            case .timedOut: throw .late
            case .cut, .tooLarge: throw .protocol(.framing)
            }
        }
    }
}
