import Control
import Linux
import Profiles

/// Reads the configuration, locks memory, then answers the desk for ever.
func run() throws {
    let options = try ServiceOptions(CommandLine.arguments.dropFirst(), values: ["config"])
    let path = try options.required("config")
    let text: String
    do {
        text = String(decoding: try readAll(from: try openForReading(path), bound: 256 * 1024), as: UTF8.self)
    } catch { throw Refusal("config", "cannot read \(path): \(error)") }
    let configuration = try Configuration(parsing: text)
    let shelf: ProfileShelf
    do { shelf = try ProfileShelf(folders: configuration.profileFolders) } catch {
        throw Refusal("profile", "\(error)")
    }
    for camera in configuration.cameras {
        guard let name = camera.profile, shelf[name] == nil else { continue }
        throw Refusal("profile", "there is no profile \(name) (camera.\(camera.name).profile)")
    }
    guard let desk = UInt32(configuration.deskUser) ?? userID(named: configuration.deskUser) else {
        throw Refusal("config", "there is no user \(configuration.deskUser) (station.desk-user)")
    }
    guard let detector = UInt32(configuration.detectorUser) ?? userID(named: configuration.detectorUser) else {
        throw Refusal("config", "there is no user \(configuration.detectorUser) (station.detector-user)")
    }
    // A video camera's profile may want it too: a station without it says so at that camera's first still.
    let still = UInt32(configuration.stillUser) ?? userID(named: configuration.stillUser)
    if still == nil, configuration.cameras.contains(where: { if case .still = $0.source { true } else { false } }) {
        throw Refusal("config", "there is no user \(configuration.stillUser) (station.still-user)")
    }
    setFileMode(mask: 0o027)
    do { try hardenProcess() } catch {
        throw Refusal("memory", "memory cannot be locked: \(error)", hint: "raise LimitMEMLOCK of obscura-capture")
    }
    if configuration.mode == .clinic, let why = memoryCanReachDisk() {
        throw Refusal("hibernation", "\(why): pictures could reach a disk", hint: "turn it off")
    }
    let station = try Station(configuration, shelf, detector: detector, still: still)
    station.openVault()
    let listener = try UnixListener(inheritedOr: "\(configuration.runFolder)/capture.sock", mode: 0o660)
    try station.pod?.start()
    try startThread { station.tickForever() }
    try station.startTriggers()
    notifyServiceManager("READY=1")
    Server(station: station, desk: desk).run(listener)
}

do {
    try run()
} catch let refusal as Refusal {
    tell(.stopped(refusal.line, hint: refusal.hint))
    exitProcess(1)
} catch let fault as ServiceOptions.Fault {
    tell(.misused("\(fault)"))
    exitProcess(2)
} catch let fault as ConfigurationFault {
    tell(.misused("\(fault)"))
    exitProcess(2)
} catch {
    tell(.stopped("\(error)"))
    exitProcess(1)
}
