import KeyLink
import Linux
import TPM

/// What the station's keys need to come back after a restart: one file, written once, useless on another TPM.
struct StationRecord {
    let station: String
    let holder: KeyHolder
    /// The storage primary's Name at enrolment, 34 bytes.
    let parentName: [UInt8]
    let identity: TPMObject
    let mixer: TPMObject
    /// The state key, sealed under PCR 7.
    let stateKey: TPMObject

    static let fileName = "station"
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

    func write(to folder: borrowing Folder) throws(KeysError) {
        do { try folder.put(Array(text.utf8), as: Self.fileName, mode: 0o600) } catch { throw .state(.system(error)) }
    }

    private var text: String {
        """
        \(Self.label)
        station \(station)
        keys \(holder.rawValue)
        parent \(hex(parentName))
        identity \(hex(identity.bytes))
        mixer \(hex(mixer.bytes))
        state \(hex(stateKey.bytes))

        """
    }
}

extension StationRecord {
    private init?(parsing bytes: [UInt8]) {
        var lines = Lines(bytes)
        guard lines.next() == Self.label, let station = lines.next(after: "station"), StationKey.isName(station),
            let holder = lines.next(after: "keys").flatMap(KeyHolder.init(rawValue:)),
            let parent = lines.next(after: "parent").flatMap(unhex),
            let identity = lines.next(after: "identity").flatMap(unhex),
            let mixer = lines.next(after: "mixer").flatMap(unhex),
            let state = lines.next(after: "state").flatMap(unhex), lines.isAtEnd
        else { return nil }
        self.init(
            station: station, holder: holder, parentName: parent, identity: TPMObject(bytes: identity),
            mixer: TPMObject(bytes: mixer), stateKey: TPMObject(bytes: state))
    }
}
