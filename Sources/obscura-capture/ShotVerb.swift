import Age
import BundleFormat
import Camera
import Consent
import Control
import JOSE
import Journal
import KeyLink
import Linux
import LockedMemory
import Mask
import Outbox
import PodCore
import Seal

/// What one shot rests on, taken under the station's lock and used outside it.
struct ShotGround: Sendable {
    let keys: SessionKeys
    let policy: Digest
    let policyVersion: Int64
    let previous: Digest?
    let identity: KeyLink.StationKey
    let key: BundleFormat.StationKey
    let journalHead: Digest
    let journalCount: Int64
    let generation: Int
    let instance: Int
    let caller: UInt32
    let trigger: TriggerKind
}

extension Station {
    /// Takes one picture that was asked for.
    func capture(_ wish: ShotWish, caller: UInt32) throws(Refusal) -> JSONObject {
        do throws(Refusal) {
            // Only what is pressed can turn into a hold.
            return try capture(wish, caller: caller, by: nil) ?? [:]
        } catch {
            sound(.refused(error))
            throw error
        }
    }

    /// Takes one picture: grant, exposure, mask, seal, outbox, commit.
    ///
    /// - Parameter press: what it was asked for by; the frame is the first one exposed after it.
    /// - Returns: what the shot became; nil when the press turned into a hold, and nothing was kept or charged.
    func capture(_ wish: ShotWish, caller: UInt32, by press: Press?) throws(Refusal) -> JSONObject? {
        let start = press?.at ?? Clock.monotonic()
        return try alone("shot") { masker throws(Refusal) in
            try openingCameras { () throws(Refusal) in try shoot(wish, caller, press, &masker, start: start) }
        }
    }

    func sound(_ tone: PodTone) { speaker?.play(tone) }

    /// One shot or scan at a time: the next manifest names the last one. What is refused is noted.
    func alone<Answer>(
        _ name: String, _ body: (inout Masker) throws(Refusal) -> Answer
    ) throws(Refusal) -> Answer {
        do throws(Refusal) {
            return try shots.withLock { masker throws(Refusal) in
                shotBegan.store(Clock.boottime(), ordering: .relaxed)
                defer { shotBegan.store(0, ordering: .relaxed) }
                return try body(&masker)
            }
        } catch {
            state.withLock { $0.note(name, error) }
            throw error
        }
    }

    static func site(_ text: String) throws(Refusal) -> Site {
        do { return try Site(parsing: text) } catch { throw .consent(error) }
    }

    static func modality(_ text: String) throws(Refusal) -> Modality {
        do { return try Modality(parsing: text) } catch { throw .consent(error) }
    }

    /// The site that is wished for, or the one whose turn it is.
    func site(of wish: ShotWish) throws(Refusal) -> Site {
        if let site = wish.site { return try Self.site(site) }
        guard let site = state.withLock({ $0.site }) else { throw .consent(.noSession) }
        return site
    }

    private func shoot(
        _ wish: ShotWish, _ caller: UInt32, _ press: Press?, _ masker: inout Masker, start: Int64
    ) throws(Refusal) -> JSONObject? {
        let (site, modality) = (try site(of: wish), try Self.modality(wish.modality))
        let word = try TechnicianWord(wish, caller)
        let ground = try ground(caller, press?.trigger.kind ?? .api)
        let (slot, sight) = try self.camera(
            for: modality, at: site, named: wish.camera, in: ground.generation)
        // Shots that are not kept yet: the patient is charged for none of them.
        var pending: [Int64] = []
        do throws(Refusal) {
            let frames = try expose(slot, sight.use, site, modality, ground, &pending, after: start)
            var times = ShotTimes(start: start)
            sound(.exposed)
            let shots = try mask(frames, word, &masker)
            times.masked()
            var kept: [KeptShot] = []
            var left: Int64 = 0
            for shot in shots {
                let ground = kept.isEmpty ? ground : try self.ground(after: ground)
                guard let masked = shot.masked.take() else { throw Refusal("seal", "the picture is gone") }
                var signing = Int64(0)
                let bundle = try seal(masked, sight.approval, ground, shot.light, signing: &signing)
                times.sealed(signing)
                if kept.isEmpty, let press, press.isHeld() {
                    giveBack(pending, "held")
                    return nil
                }
                left = try keep(bundle, ground)
                times.written()
                pending.removeFirst()
                kept.append(KeptShot(sequence: shot.sequence, light: shot.light, record: shot.record))
            }
            sound(.durable)
            return answer(kept, times, left: left)
        } catch {
            // The camera or the mask gave nothing that is kept: the patient is not charged.
            giveBack(pending, error.code)
            throw error
        }
    }

    private func giveBack(_ pending: [Int64], _ reason: String) {
        state.withLock { state in for sequence in pending { state.giveBack(sequence, reason) } }
    }

    func ground(_ caller: UInt32, _ trigger: TriggerKind) throws(Refusal) -> ShotGround {
        try state.withLock { state throws(Refusal) in
            let open = try state.opened()
            guard let keys = state.sessionKeys, let policy = state.policy else { throw .consent(.noSession) }
            let digest: Digest
            do { digest = try Digest.of(policy.bytes) } catch { throw Refusal("policy", "no policy") }
            return ShotGround(
                keys: keys, policy: digest, policyVersion: policy.claims.version,
                previous: open.journal.ledger.lastManifest, identity: open.identity, key: open.key,
                journalHead: open.journal.head, journalCount: open.journal.count,
                generation: generation.load(ordering: .sequentiallyConsistent),
                instance: state.sessionShots.count + 1, caller: caller, trigger: trigger)
        }
    }

    /// DICOM, age, manifest, signature.
    ///
    /// - Parameter signing: nanoseconds that the TPM's signature took.
    private func seal(
        _ masked: consuming MaskedShot, _ approval: CameraSight.Approval, _ ground: ShotGround,
        _ light: FrameLight?, signing: inout Int64
    ) throws(Refusal) -> SealedBundle {
        let (exposure, profile, frame, record) = (masked.exposure, masked.profile, masked.facts, masked.record)
        let measured = masked.depthRecord
        let now = Clock.realtime()
        // The driver's stamp is monotonic: the wall clock of that moment is now, less what has passed since.
        let taken = now - max(0, Clock.monotonic() - frame.stamp.timestamp)
        do {
            let id = try BundleID.random()
            let context = PictureContext(
                bundle: id, station: configuration.station, software: Self.version,
                acquired: (seconds: taken / 1_000_000_000, microseconds: Int(taken % 1_000_000_000 / 1000)),
                instanceNumber: ground.instance)
            let facts = try ground.facts(of: exposure, id, taken: taken / 1_000_000_000, origin: frame.origin)
            var writer = try BundleWriter(facts, key: ground.key)
            let store = try Recipient(exposure.sealTo)
            let assets = try Self.add(masked, to: &writer, store, context, ground.keys)
            let index = IndexDocument(
                bundle: id, station: configuration.station, taken: taken / 1_000_000_000, ground: ground,
                exposure: exposure, profile: profile, facts: frame, approval: approval, mask: record,
                light: light, depth: measured)
            return try finish(writer, index: index.canonical(assets), for: store, ground, signing: &signing)
        } catch let error as Refusal {
            throw error
        } catch let error as SealError {
            throw .seal(error)
        } catch let error as PictureError {
            throw .picture(error)
        } catch { throw Refusal("seal", "the picture could not be sealed: \(error)") }
    }

    /// Index, manifest, signature: what every bundle ends with.
    ///
    /// - Parameter signing: nanoseconds that the TPM's signature took.
    func finish(
        _ writer: consuming BundleWriter, index: [UInt8], for store: Recipient, _ ground: ShotGround,
        signing: inout Int64
    ) throws -> SealedBundle {
        let text = try LockedBytes(copying: index.span)
        let prepared = try writer.prepare(index: text, to: store, mix: ground.keys.mix)
        let asked = Clock.monotonic()
        let signature = try sign(prepared.manifestText, as: .manifest)
        signing = Clock.monotonic() - asked
        return try prepared.finish(signature: signature.der)
    }

    /// Seals the shot's pictures: the masked one for the store, the unmasked one for those whom its grant names.
    private static func add(
        _ shot: consuming MaskedShot, to writer: inout BundleWriter, _ store: Recipient, _ context: PictureContext,
        _ keys: SessionKeys
    ) throws -> [IndexDocument.Picture] {
        let depth = shot.takeDepth()
        switch shot.takeFrames() {
        case .masked(let frame):
            let points = try points(depth, frame)
            let picture = try frame.picture(context)
            let sopClass = picture.sopClass
            let masked = try writer.add(picture, to: [store], mix: keys.mix)
            return [.masked(masked, sopClass, alone: true)] + (try add(depth, points, to: &writer, keys))
        case .both(let frame, let open):
            let points = try points(depth, frame)
            let picture = try frame.picture(context)
            let sopClass = picture.sopClass
            let masked = try writer.add(picture, to: [store], mix: keys.mix)
            let unmasked = try writer.add(try open.picture(context), mix: keys.mix)
            return [.masked(masked, sopClass, alone: false), .identifiable(unmasked, sopClass)]
                + (try add(depth, points, to: &writer, keys))
        case .undecided(let open):
            let points = try points(depth)
            let picture = try open.picture(context)
            let sopClass = picture.sopClass
            return [.identifiable(try writer.add(picture, mix: keys.mix), sopClass)]
                + (try add(depth, points, to: &writer, keys))
        }
    }

    /// Outbox, then commit; a consent that ended meanwhile gets nothing kept.
    func keep(_ bundle: consuming SealedBundle, _ ground: ShotGround) throws(Refusal) -> Int64 {
        var bundle: SealedBundle? = consume bundle
        return try state.withLock { state throws(Refusal) in
            guard generation.load(ordering: .sequentiallyConsistent) == ground.generation,
                let visit = state.session.visit, let sealed = bundle.take()
            else { throw Refusal("cancelled", "the session ended before the picture was kept") }
            let ticket: OutboxTicket
            do throws(OutboxError) { ticket = try state.outbox.put(sealed) } catch { throw .outbox(error) }
            do throws(Refusal) { try state.record(.committed(ticket.commitment)) } catch {
                if case .open(let open) = state.vault, open.journal.isUncertain {
                    // The record may be there, and would miss its bundle: what is there when the journal opens again holds.
                    throw Refusal(
                        "disk", "it is not known whether the picture was kept: \(error.line)",
                        hint: "check the disk; then `obscura queue` tells")
                }
                // Not acknowledged, so not kept: without its record the frame could be charged twice.
                try? state.outbox.discard(ticket)
                throw error
            }
            state.sessionShots.append(Int64(ticket.name.seq))
            return visit.token.scope.maxFrames - state.framesTaken(visit.token)
        }
    }
}

extension StationState {
    /// Takes one frame of the open session's consent; the reservation is durable when this returns.
    mutating func nextGrant(_ site: Site, _ modality: Modality) throws(Refusal) -> ExposureGrant {
        let open = try opened()
        guard let policy else { throw .consent(.noSession) }
        try requireRoom()
        try open.mendJournal()
        let clock = clock()
        do {
            return try session.next(
                site: site, modality: modality, exposures: 1, policy: policy, lists: lists, clock: clock,
                ledger: &open.journal)
        } catch { throw .consent(error) }
    }
}

extension TechnicianWord {
    /// What a technician said with a shot, now.
    fileprivate init(_ wish: ShotWish, _ caller: UInt32) throws(Refusal) {
        var covers: [Cover] = []
        for cover in wish.covers {
            guard
                let inside = Cover(
                    x: Int(cover.x), y: Int(cover.y), width: Int(cover.width), height: Int(cover.height))
            else { throw Refusal("cover", "what is to be covered lies outside the picture, or is nothing") }
            covers.append(inside)
        }
        self.init(
            confirmedFree: wish.noFace ? Confirmation(user: caller, at: Clock.realtime() / 1_000_000_000) : nil,
            covers: covers)
    }
}
