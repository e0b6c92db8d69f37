import Hex
import KeyLink
import Linux
import TPM

/// What the station's keys need to come back after a restart: one file, useless on another TPM.
struct StationRecord {
    let station: String
    let holder: KeyHolder
    /// The storage primary's Name at enrolment, 34 bytes.
    let parentName: [UInt8]
    let identity: TPMObject
    let mixer: TPMObject
    /// The state key, sealed under PCR 7 and, once a clinic is known, its approval of another one.
    var stateKey: SealedSecret

    static let fileName = "station"
    /// What was on another TPM before the station was renewed: kept for people, read by nobody.
    static let formerName = "station.former"
    private static let label = "obscura-keys/1"
    private static let bound = 16 << 10

    /// Nil where there is no record yet.
    static func read(from folder: borrowing Folder) throws(KeysError) -> StationRecord? {
        let bytes: [UInt8]
        do {
            guard try folder.size(of: fileName) != nil else { return nil }
        } catch { throw .state(.system(error)) }
        do { bytes = try folder.read(fileName, bound: bound) } catch { throw .state(error) }
        guard let record = StationRecord(parsing: bytes) else { throw .damaged(fileName) }
        return record
    }

    func write(to folder: borrowing Folder, as name: String = fileName) throws(KeysError) {
        do { try folder.put(Array(text.utf8), as: name, mode: 0o600) } catch { throw .state(.system(error)) }
    }

    private var text: String {
        """
        \(Self.label)
        station \(station)
        keys \(holder.rawValue)
        parent \(Hex.encode(parentName))
        identity \(Hex.encode(identity.bytes))
        mixer \(Hex.encode(mixer.bytes))
        state \(Hex.encode(stateKey.object.bytes))
        firmware \(Hex.encode(stateKey.firmware))

        """
            + (stateKey.authority.map { "clinic \(Hex.encode($0.point))\nreference \(Hex.encode($0.reference))\n" }
                ?? "")
    }
}

extension StationRecord {
    private init?(parsing bytes: [UInt8]) {
        var lines = Lines(bytes)
        guard lines.next() == Self.label, let station = lines.next(after: "station"), StationKey.isName(station),
            let holder = lines.next(after: "keys").flatMap(KeyHolder.init(rawValue:)),
            let parent = lines.next(after: "parent").flatMap(Hex.decode),
            let identity = lines.next(after: "identity").flatMap(Hex.decode),
            let mixer = lines.next(after: "mixer").flatMap(Hex.decode),
            let state = lines.next(after: "state").flatMap(Hex.decode),
            let firmware = lines.next(after: "firmware").flatMap(Hex.decode), firmware.count == 32
        else { return nil }
        var authority: RecoveryAuthority?
        if !lines.isAtEnd {
            guard let point = lines.next(after: "clinic").flatMap(Hex.decode),
                let reference = lines.next(after: "reference").flatMap(Hex.decode), lines.isAtEnd,
                let known = try? RecoveryAuthority(point: point, reference: reference)
            else { return nil }
            authority = known
        }
        self.init(
            station: station, holder: holder, parentName: parent, identity: TPMObject(bytes: identity),
            mixer: TPMObject(bytes: mixer),
            stateKey: SealedSecret(object: TPMObject(bytes: state), firmware: firmware, authority: authority))
    }
}
