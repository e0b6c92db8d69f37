import BundleFormat
import Camera
import Linux
import TOMLKit

/// The station's local preferences: `/etc/obscura/obscura.toml`, read once. It can only narrow the clinic's policy.
struct Configuration: Sendable {
    enum Mode: String, Sendable {
        case clinic
        /// May replay pictures; every bundle says `origin replay` where it did.
        case demonstration
    }

    let station: StationName
    let mode: Mode
    /// Holds `state` and `outbox`.
    let stateFolder: String
    /// Holds the sockets and the inbox.
    let runFolder: String
    /// Users that may speak to capture: the desk's, by number or name.
    let deskUser: String
    /// Seconds a bundle waits for `shot void` before it may leave while its session is still open; nil waits for the close.
    let voidWindow: Int64?
    /// The detector's user, by number or name: unmasked pixels go to nobody else.
    let detectorUser: String
    /// Seconds that one search for faces may take.
    let detectorSeconds: Int
    let cameras: [CameraProfile]
}

/// What is wrong with the file; one line each.
enum ConfigurationFault: Error, Equatable, CustomStringConvertible {
    case syntax(String)
    case unknownKey(String)
    case missing(String)
    case invalid(String, String)
    case replayInClinic(String)

    var description: String {
        switch self {
        case .syntax(let text): "the configuration is not TOML: \(text)"
        case .unknownKey(let key): "the configuration has an unknown key: \(key)"
        case .missing(let key): "the configuration lacks \(key)"
        case .invalid(let key, let why): "the configuration's \(key) \(why)"
        case .replayInClinic(let key):
            "\(key) replays pictures, and the station is not configured as a demonstration (station.mode)"
        }
    }
}

/// Takes the members of one TOML table; `finish` refuses what was not asked for.
struct TableReader {
    private let table: TOMLTable
    private let path: String
    private var taken: Set<String> = []

    init(_ table: TOMLTable, path: String) { (self.table, self.path) = (table, path) }

    func key(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
    var names: [String] { table.keys.sorted() }

    mutating func string(_ name: String) throws(ConfigurationFault) -> String? {
        taken.insert(name)
        guard let value = table[name] else { return nil }
        guard let text = value.string else { throw .invalid(key(name), "must be a text") }
        return text
    }

    mutating func required(_ name: String) throws(ConfigurationFault) -> String {
        guard let text = try string(name) else { throw .missing(key(name)) }
        return text
    }

    mutating func integer(_ name: String) throws(ConfigurationFault) -> Int? {
        taken.insert(name)
        guard let value = table[name] else { return nil }
        guard let number = value.int else { throw .invalid(key(name), "must be a whole number") }
        return number
    }

    mutating func bool(_ name: String) throws(ConfigurationFault) -> Bool? {
        taken.insert(name)
        guard let value = table[name] else { return nil }
        guard let truth = value.bool else { throw .invalid(key(name), "must be true or false") }
        return truth
    }

    mutating func strings(_ name: String) throws(ConfigurationFault) -> [String]? {
        taken.insert(name)
        guard let value = table[name] else { return nil }
        guard let array = value.array else { throw .invalid(key(name), "must be a list of texts") }
        var texts: [String] = []
        for element in array {
            guard let text = element.string else { throw .invalid(key(name), "must be a list of texts") }
            texts.append(text)
        }
        return texts
    }

    mutating func table(_ name: String) throws(ConfigurationFault) -> TableReader? {
        taken.insert(name)
        guard let value = table[name] else { return nil }
        guard let inner = value.table else { throw .invalid(key(name), "must be a table") }
        return TableReader(inner, path: key(name))
    }

    func finish() throws(ConfigurationFault) {
        for name in names where !taken.contains(name) { throw .unknownKey(key(name)) }
    }
}

extension Configuration {
    init(parsing text: String) throws(ConfigurationFault) {
        let document: TOMLTable
        do { document = try TOMLTable(string: text) } catch {
            throw .syntax(String(describing: error).replacing("\n", with: " "))
        }
        var root = TableReader(document, path: "")
        guard var section = try root.table("station") else { throw .missing("station") }
        // The machine's own name is what obscura-keys.service takes too.
        let name = try section.string("name") ?? machineName()
        do { station = try StationName(parsing: name) } catch {
            throw .invalid("station.name", "may have 1 to 32 of a-z, 0-9 and -")
        }
        let modeText = try section.string("mode") ?? "clinic"
        guard let mode = Mode(rawValue: modeText) else {
            throw .invalid("station.mode", "must be \"clinic\" or \"demonstration\"")
        }
        self.mode = mode
        stateFolder = try section.string("state") ?? "/var/lib/obscura"
        runFolder = try section.string("run") ?? "/run/obscura"
        deskUser = try section.string("desk-user") ?? "obscura-desk"
        voidWindow = try section.integer("void-window-seconds").map(Int64.init)
        detectorUser = try section.string("detector-user") ?? "obscura-detect"
        detectorSeconds = try section.integer("detector-seconds") ?? 15
        try section.finish()
        var cameras: [CameraProfile] = []
        if var table = try root.table("camera") {
            for name in table.names {
                guard let camera = try table.table(name) else { continue }
                let profile = try CameraProfile(name: name, reading: camera)
                if case .replay = profile.source, mode != .demonstration { throw .replayInClinic("camera.\(name)") }
                cameras.append(profile)
            }
        }
        self.cameras = cameras
        try root.finish()
    }
}
