import BundleFormat

/// The station's state as its journal tells it: a fold of every event, kept nowhere else.
package struct Ledger: Sendable, Equatable {
    /// A bundle that the station still answers for.
    package struct Held: Sendable, Equatable {
        package let commitment: JournalEvent.Commitment
        package let consent: Digest
        /// Seconds since 1970 of the commit.
        package let since: Int64
        /// Seconds since 1970 at which a verified `stored` receipt was written down.
        package fileprivate(set) var stored: Int64?
        /// The patient's visit is over: forward may have it.
        package fileprivate(set) var released: Bool
        /// The patient took the consent back before it could leave: it has to go.
        package fileprivate(set) var doomed: Bool
    }

    package struct Reservation: Sendable, Equatable {
        package let consent: Digest
        package let exposures: Int64
    }

    package private(set) var nextSequence: Int64 = 1
    /// SHA-256 of the last committed manifest.
    package private(set) var lastManifest: Digest?
    /// Frames charged for each consent.
    package private(set) var charged: [Digest: Int64] = [:]
    /// Reservations that were neither committed nor released.
    package private(set) var pending: [Int64: Reservation] = [:]
    /// Bundles on the disk, by sequence number.
    package private(set) var held: [Int64: Held] = [:]
    /// Sequence numbers whose bundle was retired or voided: a file of theirs is a leftover.
    package private(set) var finished: Set<Int64> = []
    package private(set) var withdrawn: Set<Digest> = []
    /// Those of them that leave no picture behind.
    private var destroyed: Set<Digest> = []
    /// Keys that the station had on other TPMs: the first number that each did not sign, rising.
    package private(set) var formerKeys: [FormerKey] = []
    /// SHA-256 of each recovery word that was taken.
    package private(set) var recoveries: Set<Digest> = []
    package private(set) var openConsent: Digest?
    package private(set) var epoch: Int64 = 0
    package private(set) var policyVersion: Int64 = 0
    package private(set) var policyDigest: Digest?
    package private(set) var root: Digest?
    /// The approved device of each camera, by the camera's name.
    package private(set) var cameras: [String: CameraIdentity] = [:]
    /// Seconds since 1970 of the newest record: the clock may not be below it.
    package private(set) var newest: Int64 = 0
    package private(set) var counts = Counts()

    package struct FormerKey: Sendable, Equatable {
        package let key: Digest
        package let end: Int64
    }

    /// Bundles that the clinic has no receipt for yet.
    package var waiting: [Held] { held.values.filter { $0.stored == nil } }

    /// Shots that the clinic has: retired, or stored there and kept here for the keep days.
    package var delivered: Int64 { counts.retired + Int64(held.count - waiting.count) }

    /// The key that signed this number; nil for the present one.
    package func formerKey(of sequence: Int64) -> Digest? { formerKeys.first { sequence < $0.end }?.key }

    /// Totals since the journal began, for the status.
    package struct Counts: Sendable, Equatable {
        package fileprivate(set) var shots: Int64 = 0
        package fileprivate(set) var refusals: Int64 = 0
        package fileprivate(set) var voided: Int64 = 0
        package fileprivate(set) var retired: Int64 = 0
    }

    package init() {}

    /// Frames of a consent that are spoken for: charged, or promised to a shot that has not ended.
    package func framesTaken(_ consent: Digest) -> Int64 {
        pending.values.reduce(charged[consent, default: 0]) { $1.consent == consent ? $0 + $1.exposures : $0 }
    }

    /// Takes one event into account.
    mutating func apply(_ event: JournalEvent, at time: Int64) {
        newest = max(newest, time)
        switch event {
        case .started, .camera, .scanCleared: break
        case .enrolled(let root): self.root = root
        case .cameraApproved(let name, let identity): cameras[name] = identity
        case .cameraRevoked(let name): cameras[name] = nil
        case .policyTaken(let version, let digest): (policyVersion, policyDigest) = (version, digest)
        case .opened(let consent, _, let value):
            openConsent = consent
            epoch = max(epoch, value)
        case .epoch(let value): epoch = max(epoch, value)
        case .recovered(let value, let sequence, let former, let word):
            // The counter of another TPM may be lower.
            epoch = value
            if let former { formerKeys.append(FormerKey(key: former, end: nextSequence)) }
            nextSequence = max(nextSequence, sequence)
            recoveries.insert(word)
        case .refused: counts.refusals += 1
        case .reserved(let sequence, let consent, let exposures):
            pending[sequence] = Reservation(consent: consent, exposures: exposures)
            nextSequence = max(nextSequence, sequence + 1)
        case .committed(let commitment): commit(commitment, at: time)
        case .released(let sequence, _): pending[sequence] = nil
        case .closed(let consent): end(consent)
        case .withdrawn(let consent, let destroys):
            withdrawn.insert(consent)
            if destroys { doom(consent) }
            end(consent)
        case .voided(let sequence, _):
            held[sequence] = nil
            finished.insert(sequence)
            counts.voided += 1
        case .stored(let sequence, _): held[sequence]?.stored = time
        case .retired(let sequence, _):
            held[sequence] = nil
            finished.insert(sequence)
            counts.retired += 1
        }
    }

    private mutating func commit(_ commitment: JournalEvent.Commitment, at time: Int64) {
        guard let reservation = pending.removeValue(forKey: commitment.sequence) else { return }
        charged[reservation.consent, default: 0] += reservation.exposures
        // A cut can put the withdrawal before the picture that was on its way.
        let doomed = destroyed.contains(reservation.consent)
        held[commitment.sequence] = Held(
            commitment: commitment, consent: reservation.consent, since: time, stored: nil,
            released: openConsent != reservation.consent && !doomed, doomed: doomed)
        lastManifest = commitment.manifest
        counts.shots += 1
    }

    private mutating func end(_ consent: Digest) {
        if openConsent == consent { openConsent = nil }
        for (sequence, bundle) in held where bundle.consent == consent && !bundle.doomed {
            held[sequence]?.released = true
        }
    }

    /// What was released may be on its way, and follows the notice at the clinic.
    private mutating func doom(_ consent: Digest) {
        destroyed.insert(consent)
        for (sequence, bundle) in held where bundle.consent == consent && !bundle.released {
            held[sequence]?.doomed = true
        }
    }
}
