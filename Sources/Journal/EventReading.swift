import BundleFormat
import Hex
import JOSE

extension JournalEvent {
    /// Takes the event's members out of a record.
    init(reading reader: inout ObjectReader) throws(JOSEError) {
        let name = try reader.string("event")
        self =
            switch name {
            case "started": .started(version: try reader.string("version"))
            case "enrolled": .enrolled(root: try reader.digest("root"))
            case "policy": .policyTaken(version: try reader.integer("version"), digest: try reader.digest("sha256"))
            case "opened":
                .opened(
                    consent: try reader.digest("consent"), frames: try reader.integer("frames"),
                    epoch: try reader.integer("epoch"))
            case "epoch": .epoch(try reader.integer("epoch"))
            case "refused": .refused(what: try reader.string("what"), reason: try reader.string("reason"))
            case "reserved":
                .reserved(
                    sequence: try reader.integer("seq"), consent: try reader.digest("consent"),
                    exposures: try reader.integer("exposures"))
            case "committed":
                .committed(
                    Commitment(
                        sequence: try reader.integer("seq"), bundle: try reader.string("bundle"),
                        file: try reader.digest("sha256"), manifest: try reader.digest("manifest"),
                        size: try reader.integer("size")))
            case "released": .released(sequence: try reader.integer("seq"), reason: try reader.string("reason"))
            case "closed": .closed(consent: try reader.digest("consent"))
            case "withdrawn":
                .withdrawn(
                    consent: try reader.digest("consent"),
                    destroys: reader.optional("destroys") == nil ? false : try reader.bool("destroys"))
            case "voided": .voided(sequence: try reader.integer("seq"), reason: try reader.string("reason"))
            case "stored": .stored(sequence: try reader.integer("seq"), receipt: try reader.digest("receipt"))
            case "retired": .retired(sequence: try reader.integer("seq"), receipt: try reader.digest("receipt"))
            case "recovered":
                .recovered(
                    epoch: try reader.integer("epoch"), sequence: try reader.integer("seq"),
                    former: reader.optional("former") == .null ? nil : try reader.digest("former"),
                    word: try reader.digest("word"))
            case "camera": .camera(name: try reader.string("name"), state: try reader.string("state"))
            case "camera-approved":
                .cameraApproved(
                    name: try reader.string("name"),
                    CameraIdentity(
                        model: try reader.string("model"), serial: try reader.string("serial"),
                        port: try reader.string("port")))
            case "camera-revoked": .cameraRevoked(name: try reader.string("name"))
            case "scan-cleared":
                .scanCleared(
                    Clearing(
                        scanner: try reader.string("scanner"), moment: try reader.moment("when"),
                        files: try reader.integer("files"), bytes: try reader.integer("bytes")))
            default: throw .invalid("event")
            }
    }
}

extension ObjectReader {
    fileprivate mutating func moment(_ key: String) throws(JOSEError) -> JournalEvent.Clearing.Moment {
        guard let moment = JournalEvent.Clearing.Moment(rawValue: try string(key)) else { throw .invalid(key) }
        return moment
    }

    /// A SHA-256 in 64 lower-case hex characters.
    mutating func digest(_ key: String) throws(JOSEError) -> Digest {
        let bytes = try Hex.decode(try string(key), count: 32)
        do { return try Digest(bytes) } catch { throw .hex }
    }
}
