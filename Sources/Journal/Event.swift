import BundleFormat
import JOSE

/// One device among all of its model: what an approval holds to.
package struct CameraIdentity: Sendable, Equatable {
    /// USB vendor and product as `vvvv:pppp`, or the driver's name.
    package let model: String
    /// Empty where the device has none.
    package let serial: String
    /// Where it is plugged in, as in `usb-0000:00:14.0-2`.
    package let port: String

    package init(model: String, serial: String, port: String) {
        (self.model, self.serial, self.port) = (model, serial, port)
    }
}

/// What a station writes down: one thing that happened, without a name, a handle or a picture.
package enum JournalEvent: Sendable, Equatable {
    /// The capture process started; a new segment begins.
    case started(version: String)
    /// An administrator pinned a clinic root (SHA-256 of its SPKI).
    case enrolled(root: Digest)
    /// A clinic policy came into force.
    case policyTaken(version: Int64, digest: Digest)
    /// A session opened under a token; `consent` is SHA-256 of its jti.
    case opened(consent: Digest, frames: Int64, epoch: Int64)
    /// The TPM's counter as it will be when this session has opened; written before it is raised.
    case epoch(Int64)
    /// Something was refused; `reason` is a code from the closed vocabulary of the refusing module.
    case refused(what: String, reason: String)
    /// Frames were promised to a shot, before the camera is asked for it.
    case reserved(sequence: Int64, consent: Digest, exposures: Int64)
    /// The bundle of a reservation is durable in the outbox: its frames are charged.
    case committed(Commitment)
    /// A reservation that no bundle came of: nothing is charged.
    case released(sequence: Int64, reason: String)
    /// The session ended; its bundles may leave.
    case closed(consent: Digest)
    /// The patient took the consent back at the chair; `destroys` where what waits of it goes too.
    case withdrawn(consent: Digest, destroys: Bool)
    /// A waiting bundle was replaced by a signed tombstone.
    case voided(sequence: Int64, reason: String)
    /// A verified `stored` receipt came.
    case stored(sequence: Int64, receipt: Digest)
    /// The bundle left the disk by a verified receipt.
    case retired(sequence: Int64, receipt: Digest)
    /// The clinic's word let the station go on: from this value of the TPM's counter, and with no number below this one.
    /// `former` is the key it had on another TPM, `word` is SHA-256 of the word.
    case recovered(epoch: Int64, sequence: Int64, former: Digest?, word: Digest)
    /// A camera was lost or found again.
    case camera(name: String, state: String)
    /// An administrator approved the device behind a camera's name, in place of any other.
    case cameraApproved(name: String, CameraIdentity)
    /// An administrator took the approval back.
    case cameraRevoked(name: String)

    /// A scanner's folder was emptied.
    case scanCleared(Clearing)

    /// What of a scanner's export was unlinked, and when. It says nothing of what the files were called.
    package struct Clearing: Sendable, Equatable {
        package enum Moment: String, Sendable {
            /// The process started.
            case started
            /// A visit began, or ended: what lay there was not taken.
            case opened, closed
            /// The export is durable in a bundle.
            case sealed
        }

        /// The scanner's name in the configuration.
        package let scanner: String
        package let moment: Moment
        package let files: Int64
        package let bytes: Int64

        package init(scanner: String, moment: Moment, files: Int64, bytes: Int64) {
            (self.scanner, self.moment, self.files, self.bytes) = (scanner, moment, files, bytes)
        }
    }

    /// What a commitment says of its bundle.
    package struct Commitment: Sendable, Equatable {
        package let sequence: Int64
        package let bundle: String
        /// SHA-256 of the `.obs` file.
        package let file: Digest
        /// SHA-256 of its manifest.txt, the `prev` of the next one.
        package let manifest: Digest
        /// Bytes of the `.obs` file.
        package let size: Int64

        package init(sequence: Int64, bundle: String, file: Digest, manifest: Digest, size: Int64) {
            self.sequence = sequence
            self.bundle = bundle
            self.file = file
            self.manifest = manifest
            self.size = size
        }
    }
}

extension JournalEvent {
    /// The event's members as they stand in a record, `event` among them.
    var object: JSONObject {
        switch self {
        case .started(let version): ["event": .string("started"), "version": .string(version)]
        case .enrolled(let root): ["event": .string("enrolled"), "root": .string(root.hex)]
        case .policyTaken(let version, let digest):
            ["event": .string("policy"), "version": .integer(version), "sha256": .string(digest.hex)]
        case .opened(let consent, let frames, let epoch):
            [
                "event": .string("opened"), "consent": .string(consent.hex), "frames": .integer(frames),
                "epoch": .integer(epoch),
            ]
        case .epoch(let value): ["event": .string("epoch"), "epoch": .integer(value)]
        case .refused(let what, let reason):
            ["event": .string("refused"), "what": .string(what), "reason": .string(reason)]
        case .reserved(let sequence, let consent, let exposures):
            [
                "event": .string("reserved"), "seq": .integer(sequence), "consent": .string(consent.hex),
                "exposures": .integer(exposures),
            ]
        case .committed(let it):
            [
                "event": .string("committed"), "seq": .integer(it.sequence), "bundle": .string(it.bundle),
                "sha256": .string(it.file.hex), "manifest": .string(it.manifest.hex), "size": .integer(it.size),
            ]
        case .released(let sequence, let reason):
            ["event": .string("released"), "seq": .integer(sequence), "reason": .string(reason)]
        case .closed(let consent): ["event": .string("closed"), "consent": .string(consent.hex)]
        case .withdrawn(let consent, let destroys):
            // Absent where nothing is destroyed, as in journals from before there was a choice.
            destroys
                ? ["event": .string("withdrawn"), "consent": .string(consent.hex), "destroys": .bool(true)]
                : ["event": .string("withdrawn"), "consent": .string(consent.hex)]
        case .voided(let sequence, let reason):
            ["event": .string("voided"), "seq": .integer(sequence), "reason": .string(reason)]
        case .stored(let sequence, let receipt):
            ["event": .string("stored"), "seq": .integer(sequence), "receipt": .string(receipt.hex)]
        case .retired(let sequence, let receipt):
            ["event": .string("retired"), "seq": .integer(sequence), "receipt": .string(receipt.hex)]
        case .recovered(let epoch, let sequence, let former, let word):
            [
                "event": .string("recovered"), "epoch": .integer(epoch), "seq": .integer(sequence),
                "former": former.map { .string($0.hex) } ?? .null, "word": .string(word.hex),
            ]
        case .camera(let name, let state):
            ["event": .string("camera"), "name": .string(name), "state": .string(state)]
        case .cameraApproved(let name, let it):
            [
                "event": .string("camera-approved"), "name": .string(name), "model": .string(it.model),
                "serial": .string(it.serial), "port": .string(it.port),
            ]
        case .cameraRevoked(let name): ["event": .string("camera-revoked"), "name": .string(name)]
        case .scanCleared(let it):
            [
                "event": .string("scan-cleared"), "scanner": .string(it.scanner), "when": .string(it.moment.rawValue),
                "files": .integer(it.files), "bytes": .integer(it.bytes),
            ]
        }
    }
}
