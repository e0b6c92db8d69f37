import AEAD
import Hex
import KeyLink
import Linux
import LockedMemory
import TPM

/// The station's keys: what the TPM holds, and what may be signed next.
struct Keyring: ~Copyable {
    private let settings: Settings
    private let folder: Folder
    private var record: StationRecord
    /// Nil on another TPM than the record's: nothing is answered but the wish for new keys.
    private var owner: Owner?
    private var sequences: Sequences
    /// Nil after the TPM went away, until it is back.
    private var tpm: TPM?

    /// Whose signatures these are.
    private struct Owner {
        let key: StationKey
        let fingerprint: [UInt8]
        var epoch: UInt64

        init(_ settings: Settings, point: [UInt8], epoch: UInt64) throws(KeysError) {
            do {
                key = try StationKey(holder: settings.holder, name: settings.station, point: point)
                fingerprint = try key.fingerprint()
            } catch { throw .damaged(StationRecord.fileName) }
            self.epoch = epoch
        }
    }

    /// The epoch counter's NV index, in the range that TPMs leave to their owner.
    private static let counter: UInt32 = 0x0180_0b5c

    /// Opens the station's keys; makes them where the state folder has none.
    static func open(_ settings: Settings) throws(KeysError) -> Keyring {
        let folder: Folder
        do { folder = try Folder(path: settings.state) } catch { throw .state(.system(error)) }
        let known = try StationRecord.read(from: folder)
        let stored = try Sequences(readingFrom: folder)
        if let known {
            guard known.station == settings.station else { throw .otherStation(known.station) }
            guard known.holder == settings.holder else { throw .otherHolder(known.holder.rawValue) }
            guard stored != nil else { throw .damaged(Sequences.fileName) }
        } else if let stored, !stored.isEmpty {
            // Something was signed once: making new keys here would hide that the old ones are lost.
            throw .damaged(StationRecord.fileName)
        }
        let sequences = stored ?? Sequences()
        // Shows a folder that cannot be written before the TPM makes a key.
        do { try sequences.write(to: folder) } catch { throw .state(.system(error)) }
        let opened: Opened
        do throws(TPMError) { opened = try Opened.open(settings, known) } catch {
            guard error == .otherTPM, let known else { throw .tpm(error) }
            tell(.otherTPM)
            return Keyring(settings, folder, sequences, known)
        }
        if known == nil { try opened.record.write(to: folder) }
        let owner = try Owner(settings, point: opened.point, epoch: opened.epoch)
        return Keyring(settings, folder, sequences, opened, owner)
    }

    private init(
        _ settings: Settings, _ folder: consuming Folder, _ sequences: Sequences, _ opened: consuming Opened,
        _ owner: Owner
    ) {
        self.settings = settings
        self.folder = folder
        self.sequences = sequences
        self.owner = owner
        record = opened.record
        tpm = opened.finish()
    }

    /// A station whose TPM is another one.
    private init(_ settings: Settings, _ folder: consuming Folder, _ sequences: Sequences, _ record: StationRecord) {
        self.settings = settings
        self.folder = folder
        self.sequences = sequences
        self.record = record
        owner = nil
        tpm = nil
    }

    /// A TPM with the station's key in use.
    private struct Opened: ~Copyable {
        private let tpm: TPM
        let record: StationRecord
        let point: [UInt8]
        let epoch: UInt64

        static func open(_ settings: Settings, _ known: StationRecord?) throws(TPMError) -> Opened {
            var tpm = try TPM(tcti: settings.tcti, expecting: known?.parentName)
            if try tpm.isLockedOut() { tell(.tpmLockedOut) }
            let record = if let known { known } else { try provision(&tpm, settings) }
            let point = try tpm.use(identity: record.identity)
            let epoch = try tpm.counter(at: Keyring.counter)
            return Opened(tpm: tpm, record: record, point: point, epoch: epoch)
        }

        /// Makes the keys, the sealed state key and the counter.
        private static func provision(_ tpm: inout TPM, _ settings: Settings) throws(TPMError) -> StationRecord {
            let secret = try tpm.random()
            let record = StationRecord(
                station: settings.station, holder: settings.holder, parentName: tpm.parentName,
                identity: try tpm.makeIdentity(), mixer: try tpm.makeMixer(), stateKey: try tpm.seal(secret.span))
            try tpm.adoptCounter(at: Keyring.counter)
            return record
        }

        consuming func finish() -> TPM { tpm }
    }

    /// Does what was asked.
    mutating func answer(_ request: KeyRequest) -> KeyReply {
        do throws(KeyRefusal) {
            switch request {
            case .identify: return .identity(try present().key)
            case .mix(let context): return .mixed(try mix(context))
            case .stateKey: return .stateKey(try stateKey())
            case .epoch: return .epoch(try readEpoch())
            case .raiseEpoch: return .epoch(try raiseEpoch())
            case .sign(let kind, let bytes): return .signature(try sign(bytes, as: kind))
            case .bind(let root): try bind(root)
            case .firmware:
                return .firmware(try withTPM { tpm throws(TPMError) in try tpm.firmwarePolicy() })
            case .approve(let signature): try reseal(by: signature)
            case .renew: return .identity(try renew())
            case .adopt(let secret): try adopt(secret)
            }
            return .done
        } catch { return .refused(error) }
    }

    private func present() throws(KeyRefusal) -> Owner {
        guard let owner else { throw .otherDevice }
        return owner
    }

    private mutating func mix(_ context: [UInt8]) throws(KeyRefusal) -> LockedBytes {
        let mixer = record.mixer
        return try withTPM { tpm throws(TPMError) in try tpm.mix(context, with: mixer) }
    }

    private mutating func stateKey() throws(KeyRefusal) -> LockedBytes {
        let sealed = record.stateKey
        return try withTPM { tpm throws(TPMError) in try tpm.unseal(sealed) }
    }

    private mutating func readEpoch() throws(KeyRefusal) -> UInt64 {
        let epoch = try withTPM { tpm throws(TPMError) in try tpm.counter(at: Self.counter) }
        owner?.epoch = epoch
        return epoch
    }

    private mutating func raiseEpoch() throws(KeyRefusal) -> UInt64 {
        let epoch = try withTPM { tpm throws(TPMError) in try tpm.raiseCounter(at: Self.counter) }
        owner?.epoch = epoch
        return epoch
    }

    private mutating func sign(_ bytes: [UInt8], as kind: DocumentKind) throws(KeyRefusal) -> StationSignature {
        let owner = try present()
        let signer = Signer(
            station: record.station, fingerprint: Hex.encode(owner.fingerprint), holder: record.holder,
            epoch: owner.epoch)
        let document = try CheckedDocument(bytes, as: kind, by: signer)
        if let sequence = document.sequence {
            var next = sequences
            try next.advance(kind, to: sequence)
            // Durable first: a signature that left must never be possible a second time.
            do { try next.write(to: folder) } catch { throw .storage }
            sequences = next
        }
        let digest: [UInt8]
        do { digest = try sha256(document.bytes.span) } catch { throw .storage }
        let raw = try withTPM { tpm throws(TPMError) in try tpm.sign(digest) }
        do { return try StationSignature(raw: raw) } catch { throw .malformed }
    }

    /// Lets the clinic's root approve another PCR 7 from now on.
    private mutating func bind(_ root: [UInt8]) throws(KeyRefusal) {
        let owner = try present()
        if let authority = record.stateKey.authority {
            guard authority.point == root else { throw .otherClinic }
            return
        }
        let sealed = record.stateKey
        try keep(
            try withTPM { tpm throws(TPMError) in
                let secret = try tpm.unseal(sealed)
                let authority = try RecoveryAuthority(point: root, reference: owner.fingerprint)
                return try tpm.seal(secret.span, authority: authority)
            })
    }

    /// Seals the state key to PCR 7 as it is now, because the clinic signed for it.
    private mutating func reseal(by approval: [UInt8]) throws(KeyRefusal) {
        let sealed = record.stateKey
        try keep(
            try withTPM { tpm throws(TPMError) in
                let secret = try tpm.unseal(sealed, approval: approval)
                return try tpm.seal(secret.span, authority: sealed.authority)
            })
    }

    /// Takes the station's old state key in place of the one that new keys came with.
    private mutating func adopt(_ secret: [UInt8]) throws(KeyRefusal) {
        let authority = record.stateKey.authority
        try keep(try withTPM { tpm throws(TPMError) in try tpm.seal(secret.span, authority: authority) })
    }

    private mutating func keep(_ sealed: SealedSecret) throws(KeyRefusal) {
        var changed = record
        changed.stateKey = sealed
        do { try changed.write(to: folder) } catch { throw .storage }
        record = changed
    }

    /// New keys on this TPM; what was made on the other one is kept aside.
    private mutating func renew() throws(KeyRefusal) -> StationKey {
        guard owner == nil else { throw .notStranded }
        let opened: Opened
        do { opened = try Opened.open(settings, nil) } catch { throw KeyRefusal(error) }
        let renewed: Owner
        do throws(KeysError) {
            renewed = try Owner(settings, point: opened.point, epoch: opened.epoch)
            try record.write(to: folder, as: StationRecord.formerName)
            try opened.record.write(to: folder)
        } catch { throw .storage }
        record = opened.record
        tpm = opened.finish()
        owner = renewed
        return renewed.key
    }

    /// Runs `work` on the TPM; opens it again once where it went away.
    private mutating func withTPM<Result: ~Copyable>(
        _ work: (inout TPM) throws(TPMError) -> Result
    ) throws(KeyRefusal) -> Result {
        do throws(TPMError) {
            guard owner != nil else { throw .otherTPM }
            if var present = tpm.take() {
                do throws(TPMError) {
                    let result = try work(&present)
                    tpm = consume present
                    return result
                } catch {
                    guard case .gone = error else {
                        tpm = consume present
                        throw error
                    }
                }
            }
            var again = try TPM(tcti: settings.tcti, expecting: record.parentName)
            _ = try again.use(identity: record.identity)
            let result = try work(&again)
            tpm = consume again
            return result
        } catch { throw KeyRefusal(error) }
    }
}

extension KeyRefusal {
    fileprivate init(_ error: TPMError) {
        self =
            switch error {
            case .absent, .gone: .absent
            case .otherTPM: .otherDevice
            case .lockedOut: .lockedOut
            case .sealedAway: .stateKeySealedAway
            case .notApproved: .notApproved
            case .busy: .busy
            case .refused(let code): .device(code)
            case .passwordSet, .wrongObject, .size: .device(0)
            case .memory: .storage
            }
    }
}
