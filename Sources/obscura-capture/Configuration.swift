import BundleFormat
import Camera
import Linux
import Profiles

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
    /// The user of the still camera's process, by number or name.
    let stillUser: String
    /// Seconds that one search for faces may take.
    let detectorSeconds: Int
    /// Where profiles of device models lie; those of a later folder go before.
    let profileFolders: [String]
    let cameras: [CameraSetting]
    /// Scanners that export files.
    let scanners: [ScannerSetting]
    /// Buttons, pedals and keys that take pictures.
    let triggers: [TriggerSetting]
    /// The port of the bell that signals sound on; nil for a silent station.
    let speaker: String?
    /// The capture pod; nil where the station has none.
    let pod: PodSetting?
}

/// What is wrong with the file; one line each.
enum ConfigurationFault: Error, Equatable, CustomStringConvertible {
    case file(TableFault)
    case replayInClinic(String)

    var description: String {
        switch self {
        case .file(let fault): fault.line(about: "the configuration")
        case .replayInClinic(let key):
            "\(key) replays pictures, and the station is not configured as a demonstration (station.mode)"
        }
    }
}

extension Configuration {
    init(parsing text: String) throws(ConfigurationFault) {
        do { try self.init(reading: text) } catch { throw .file(error) }
        for camera in cameras where mode != .demonstration {
            if case .replay = camera.source { throw .replayInClinic("camera.\(camera.name)") }
        }
    }

    private init(reading text: String) throws(TableFault) {
        var root = try TableReader(parsing: text)
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
        stillUser = try section.string("still-user") ?? "obscura-still"
        detectorSeconds = try section.integer("detector-seconds") ?? 15
        guard (1...300).contains(detectorSeconds) else {
            throw .invalid("station.detector-seconds", "must lie between 1 and 300")
        }
        profileFolders =
            try section.strings("profiles") ?? ["/usr/share/obscura/profiles", "/etc/obscura/profiles"]
        try section.finish()
        var cameras: [CameraSetting] = []
        if var table = try root.table("camera") {
            for name in table.names {
                guard let camera = try table.table(name) else { continue }
                cameras.append(try CameraSetting(name: name, reading: camera))
            }
        }
        self.cameras = cameras
        scanners = try [ScannerSetting](reading: &root, apartFrom: [stateFolder, "\(runFolder)/inbox"])
        if let table = try root.table("pod") { pod = try PodSetting(reading: table) } else { pod = nil }
        if pod == nil {
            if let camera = cameras.first(where: { $0.lights != nil }) {
                throw .invalid("camera.\(camera.name).lights", "are the capture pod's, and there is no table [pod]")
            }
            if let camera = cameras.first(where: { $0.power == .pod }) {
                throw .invalid("camera.\(camera.name).power", "is the capture pod's, and there is no table [pod]")
            }
        }
        triggers = try [TriggerSetting](reading: &root, for: cameras, pod: pod)
        if var table = try root.table("speaker") {
            speaker = try table.required("device")
            try table.finish()
        } else {
            speaker = nil
        }
        try root.finish()
    }
}
