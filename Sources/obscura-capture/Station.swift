import BundleFormat
import Camera
import Control
import DetectLink
import Journal
import KeyLink
import Linux
import LockedMemory
import Mask
import Outbox
import Policy
import Profiles
import StillLink
import Synchronization

/// One camera of the station behind its own lock, so that a withdrawal can close it without waiting for anything else.
final class CameraSlot: Sendable {
    let setting: CameraSetting
    let head: Mutex<CameraHead>

    init(_ setting: CameraSetting, still: StillLink?) {
        self.setting = setting
        head = Mutex(CameraHead(still: still))
    }
}

/// The capture process: consent, cameras, masking, sealing, outbox and journal behind one closed request table.
final class Station: Sendable {
    static let version = "0.1.0"

    let configuration: Configuration
    let slots: [CameraSlot]
    /// The capture pod, where one is configured.
    let pod: StationPod?
    /// What is known of device models.
    let shelf: ProfileShelf
    let state: Mutex<StationState>
    /// One shot at a time: the next manifest names the last one.
    let shots: Mutex<Masker>
    private let keys: Mutex<KeyClient>
    /// Why the key service's last answer was none, or nil.
    private let keysFailure = Mutex<KeyLinkError?>(nil)
    /// Raised by a withdrawal or a close; a shot that sees another number than it began with is given up.
    let generation = Atomic<Int>(0)
    /// What was seen of the cameras when they were last looked for, nanoseconds since boot.
    let camerasSeen = Mutex<(time: Int64, cameras: CameraCount)?>(nil)
    /// When the shot began that is under way, nanoseconds since boot; zero between shots.
    let shotBegan = Atomic<Int64>(0)
    /// Whether somebody looks at the live view.
    let previewing = Atomic<Bool>(false)
    /// One visit begins or is let go of at a time: what ends one must not take the next one's pod. Cameras close without it.
    let visits = Mutex<Void>(())
    /// Whether a camera is being given power for its button.
    let poweringButtons = Atomic<Bool>(false)
    /// One caller opens the journal; a second would find it locked by the first, and close it.
    let opening = Mutex<Void>(())
    /// Where presses wait.
    let triggers: TriggerDesk
    /// Nil for a silent station.
    let speaker: Speaker?
    /// Whether a detector was there when it was last looked for.
    private let detectorSeen = Atomic<Bool>(false)

    init(_ configuration: Configuration, _ shelf: ProfileShelf, detector: UInt32, still: UInt32? = nil) throws(Refusal)
    {
        self.configuration = configuration
        self.shelf = shelf
        let run = configuration.runFolder
        let link = still.map { StillLink(path: "\(run)/still.sock", worker: $0) }
        slots = configuration.cameras.map { CameraSlot($0, still: link) }
        shots = Mutex(
            Masker(
                DetectorLink(path: "\(run)/detect.sock", worker: detector),
                patience: configuration.detectorSeconds * 1000))
        keys = Mutex(KeyClient(path: "\(run)/keys.sock"))
        do {
            triggers = try TriggerDesk(configuration.triggers)
        } catch { throw Refusal("trigger", "triggers cannot be waited for: \(error)") }
        pod = try configuration.pod.map { [triggers] setting throws(Refusal) in
            try StationPod(setting) { triggers.take($0) }
        }
        do {
            let isSilent = pod == nil && configuration.speaker == nil
            speaker = isSilent ? nil : try Speaker(port: configuration.speaker, pod: pod?.driver)
        } catch { throw Refusal("speaker", "tones cannot be waited for: \(error)") }
        let outbox: Outbox
        do { outbox = Outbox(try Folder(path: "\(configuration.stateFolder)/outbox")) } catch {
            throw Refusal("outbox", "cannot open \(configuration.stateFolder)/outbox: \(error)")
        }
        state = Mutex(
            StationState(
                vault: .closed(Refusal("starting", "the station is starting")), outbox: outbox))
    }

    /// Whether a detector is there. During a shot, which has the detector to itself, what was last seen holds.
    func hasDetector() -> Bool {
        if let seen = shots.withLockIfAvailable({ $0.hasDetector() }) {
            detectorSeen.store(seen, ordering: .relaxed)
        }
        return detectorSeen.load(ordering: .relaxed)
    }

    /// Asks the key service. Not under the station's lock where it can be helped: a TPM takes its time.
    func askKeys<Answer: ~Copyable>(
        _ question: (inout sending KeyClient) throws(KeyLinkError) -> sending Answer
    ) throws(KeyLinkError) -> sending Answer {
        do throws(KeyLinkError) {
            let answer = try keys.withLock(question)
            keysFailure.withLock { $0 = nil }
            return answer
        } catch {
            if case .refused = error {} else { keysFailure.withLock { $0 = error } }
            throw error
        }
    }

    /// Why there are no keys now, or nil. After a failure it asks again, unless somebody else is asking already.
    func keysFault() -> Refusal? {
        if keysFailure.withLock({ $0 != nil }) {
            let mended = keys.withLockIfAvailable { keys in (try? keys.epoch()) != nil }
            if mended == true { keysFailure.withLock { $0 = nil } }
        }
        return keysFailure.withLock { $0 }.map(Refusal.keys)
    }

    /// The inbox, when it is there: it lies on a tmpfs that forward shares.
    func inbox() -> Folder? { try? Folder(path: "\(configuration.runFolder)/inbox") }

    /// The folder of what capture alone keeps: the journal, the policy in force.
    func stateFolder() throws(Refusal) -> Folder {
        do { return try Folder(path: "\(configuration.stateFolder)/state") } catch {
            throw Refusal("state", "cannot open \(configuration.stateFolder)/state: \(error)")
        }
    }

    /// Opens the journal with the TPM's state key, if it is not open; repairs what a crash left.
    func openVault() { opening.withLock { _ in openVaultAlone() } }

    private func openVaultAlone() {
        let isOpen = state.withLock { state in
            switch state.vault {
            case .open: true
            case .closed: false
            }
        }
        if isOpen { return }
        do throws(Refusal) {
            let open = try makeVault()
            try state.withLock { state throws(Refusal) in try begin(open, &state) }
        } catch {
            state.withLock { $0.vault = .closed(error) }
        }
    }

    /// Gives up a journal whose last record is there or is not, and the visit that rests on it; `openVault` reads it anew.
    func letGoOfUncertainJournal() {
        visits.withLock { _ in letGoOfUncertainJournalAlone() }
    }

    private func letGoOfUncertainJournalAlone() {
        let isGone = state.withLock { state in
            guard case .open(let open) = state.vault, open.journal.isUncertain else { return false }
            state.vault = .closed(.journal(.notDurable(SystemCallError(call: "fdatasync", errno: Errno.io))))
            _ = try? state.session.close()
            state.forgetSession()
            // Before anyone can open it again: a shot that is under way is over.
            generation.add(1, ordering: .sequentiallyConsistent)
            return true
        }
        if isGone { closeCameras() }
    }

    /// Starts with an open journal: repairs what a crash left, believes the policy anew.
    func begin(_ open: OpenVault, _ state: inout StationState) throws(Refusal) {
        state.vault = .open(open)
        do throws(Refusal) {
            try state.record(.started(version: Self.version))
            try state.repair()
            // What a cut visit left, and what came while nobody was here.
            clearScanners(.started, &state)
            try notifyAgain(&state)
            for sequence in try buryDoomed(&state) { tell(.voidFinished(sequence: sequence)) }
            try loadPolicy(&state)
        } catch {
            // Before the lock is let go: nobody may work with a journal that was not repaired.
            state.vault = .closed(error)
            throw error
        }
    }

    /// The key that the key service speaks for, which must be this station's.
    func identity() throws(Refusal) -> (link: KeyLink.StationKey, key: BundleFormat.StationKey) {
        let identity: KeyLink.StationKey
        do { identity = try askKeys { keys throws(KeyLinkError) in try keys.identify() } } catch {
            throw .keys(error)
        }
        return (identity, try checked(identity))
    }

    func checked(_ identity: KeyLink.StationKey) throws(Refusal) -> BundleFormat.StationKey {
        guard identity.name == "\(configuration.station)" else {
            throw Refusal(
                "station-name", "the key service speaks for \(identity.name), not for \(configuration.station)")
        }
        do { return try BundleFormat.StationKey(der: identity.publicKey) } catch {
            throw Refusal("keys", "the key service answered nonsense")
        }
    }

    private func makeVault() throws(Refusal) -> OpenVault {
        let identity = try identity().link
        let stateKey: LockedBytes
        do { stateKey = try askKeys { keys throws(KeyLinkError) in try keys.stateKey() } } catch {
            throw .keys(error)
        }
        return try makeVault(identity, stateKey)
    }

    /// Opens the journal with a state key.
    func makeVault(_ identity: KeyLink.StationKey, _ stateKey: consuming LockedBytes) throws(Refusal) -> OpenVault {
        let key = try checked(identity)
        let folder = try stateFolder()
        let inside: Folder
        do {
            try folder.makeFolder("journal", mode: 0o700)
            inside = try Folder("journal", in: folder)
        } catch { throw Refusal("state", "the state folder cannot be used: \(error)") }
        do {
            let journal = try Journal(folder: inside, stateKey: stateKey)
            return OpenVault(identity: identity, key: key, stateKey: stateKey, journal: journal)
        } catch { throw .journal(error) }
    }
}
