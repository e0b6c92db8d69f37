import Camera
import Control
import Foundation
import Journal
import Linux
import Testing

@testable import Profiles
@testable import V4L2
@testable import obscura_capture

private let shipped = "\(#filePath.dropLast("Tests/CaptureTests/CameraSightTests.swift".count))Drivers/profiles"

/// A station with one camera, told apart by its card name.
private func withStation(mode: String = "clinic", camera: String = "", _ body: (Station, CameraSlot) throws -> Void)
    throws
{
    let folder = FileManager.default.temporaryDirectory.appending(path: "obscura-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder.appending(path: "outbox"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let configuration = try Configuration(
        parsing: """
            [station]
            name = "derm-03"
            mode = "\(mode)"
            state = "\(folder.path)"
            run = "\(folder.path)"
            [camera.scope]
            device = "Scope"
            \(camera)
            """)
    let station = try Station(configuration, try ProfileShelf(folders: [shipped]), detector: 1)
    try body(station, try station.slot(named: "scope"))
}

private func device(
    serial: String = "7", bus: String = "usb-1", usb: USBID? = USBID(vendor: 0xA168, product: 0x0870),
    card: String = "Scope",
    driver: String = "uvcvideo", path: String = "/dev/video0"
) -> V4L2Device {
    V4L2Device(path: path, driver: driver, card: card, bus: bus, serial: serial, usb: usb)
}

private func rules(_ identity: CameraIdentity?, models: [String] = []) -> CameraRules {
    CameraRules(approved: identity.map { ["scope": $0] } ?? [:], models: models)
}

private let known = CameraIdentity(model: "a168:0870", serial: "7", port: "usb-1")

@Suite struct `A camera of a clinic's station` {
    @Test func `is used when it is the approved one, as its profile says`() throws {
        try withStation { station, slot in
            let sight = station.sight(of: slot, among: [device(card: "Other"), device()], rules(known))
            #expect(sight.missing.isEmpty)
            #expect(sight.approval == .approved)
            #expect(sight.device == device())
            #expect(sight.profile.model?.name == "dino-lite-premier")
            #expect(sight.profile.modalities.map(\.description) == ["DMS"])
        }
    }

    @Test func `takes nothing before it is approved`() throws {
        try withStation { station, slot in
            let sight = station.sight(of: slot, among: [device()], rules(nil))
            #expect(sight.approval == .absent)
            #expect(sight.missing.map(\.code) == ["camera-unapproved"])
        }
    }

    @Test(
        arguments: [
            device(serial: "8"), device(serial: ""), device(bus: "usb-2"),
            device(usb: USBID(vendor: 0xA168, product: 0x0980)),
            device(usb: nil),
        ])
    func `is refused with another serial number, port or model`(other: V4L2Device) throws {
        try withStation { station, slot in
            let sight = station.sight(of: slot, among: [other], rules(known))
            #expect(sight.approval == .swapped)
            #expect(sight.missing.first?.code == "camera-swapped")
            #expect(sight.missing.first?.line.contains("instead of a168:0870, serial 7 at usb-1") == true)
        }
    }

    @Test func `is found beside a stranger of the same name`() throws {
        try withStation { station, slot in
            let stranger = device(serial: "8", bus: "usb-0", path: "/dev/video9")
            let sight = station.sight(of: slot, among: [stranger, device()], rules(known))
            #expect(sight.device == device())
            #expect(sight.missing.isEmpty)
        }
    }

    @Test func `must be of a model that the clinic's policy names, if it names any`() throws {
        try withStation { station, slot in
            let other = station.sight(of: slot, among: [device()], rules(known, models: ["046d:085e"]))
            #expect(other.missing.map(\.code) == ["camera-policy"])
            let named = station.sight(of: slot, among: [device()], rules(known, models: ["046d:085e", "a168:0870"]))
            #expect(named.missing.isEmpty)
        }
    }

    @Test func `says that it is not there, or that nobody knows it`() throws {
        try withStation { station, slot in
            #expect(station.sight(of: slot, among: [], rules(known)).missing.map(\.code) == ["camera-absent"])
            let unknown = device(usb: nil, driver: "bttv")
            let approved = CameraIdentity(model: "bttv", serial: "7", port: "usb-1")
            #expect(
                station.sight(of: slot, among: [unknown], rules(approved)).missing.map(\.code) == ["camera-profile"])
        }
    }

    @Test func `may be told which profile to use`() throws {
        try withStation(camera: "profile = \"generic-uvc\"") { station, slot in
            let sight = station.sight(of: slot, among: [device()], rules(known))
            #expect(sight.profile.model?.name == "generic-uvc")
            #expect(sight.profile.modalities == [.photograph])
        }
    }
}

@Suite struct `A camera of a demonstration` {
    @Test func `needs no approval, yet the policy's models hold`() throws {
        try withStation(mode: "demonstration") { station, slot in
            let sight = station.sight(of: slot, among: [device()], rules(nil))
            #expect(sight.approval == .unneeded)
            #expect(sight.missing.isEmpty)
            let other = station.sight(of: slot, among: [device()], rules(nil, models: ["046d:085e"]))
            #expect(other.missing.map(\.code) == ["camera-policy"])
        }
    }
}

private let depthTables = """
    [camera.scope.depth]
    device = "Depth"
    format = "Z16"
    size = "640x480"
    rate = 30
    """

private let depthDevice = device(serial: "7", bus: "usb-1", card: "Depth", path: "/dev/video2")

@Suite struct `A camera with depth` {
    private func codes(_ found: [V4L2Device], _ depth: CameraIdentity?, models: [String] = []) throws -> [String] {
        var codes: [String] = []
        try withStation(camera: depthTables) { station, slot in
            let approved = ["scope": known].merging(depth.map { ["scope.depth": $0] } ?? [:]) { $1 }
            let sight = station.sight(of: slot, among: found, CameraRules(approved: approved, models: models))
            codes = sight.missing.map(\.code)
            #expect(sight.use.depth == sight.nodes.first?.device)
        }
        return codes
    }

    @Test func `lacks a profile that says how its depth lies, and nothing else once both nodes are approved`() throws {
        #expect(try codes([device(), depthDevice], known) == ["depth-profile"])
    }

    @Test func `is refused without its depth node, or with another than the approved one`() throws {
        #expect(try codes([device()], known) == ["depth-profile", "camera-absent"])
        #expect(try codes([device(), depthDevice], nil) == ["depth-profile", "camera-unapproved"])
        let other = CameraIdentity(model: "a168:0870", serial: "8", port: "usb-1")
        #expect(try codes([device(), depthDevice], other) == ["depth-profile", "camera-swapped"])
        let models = try codes([device(), depthDevice], known, models: ["046d:085e"])
        #expect(models == ["camera-policy", "depth-profile", "camera-policy"])
    }

    @Test func `does not take its colour node for its depth node`() throws {
        // Nodes of one USB camera have one name.
        let same = depthTables.replacingOccurrences(of: "\"Depth\"", with: "\"Scope\"")
        try withStation(camera: same) { station, slot in
            let rules = CameraRules(approved: ["scope": known, "scope.depth": known], models: [])
            let alone = station.sight(of: slot, among: [device()], rules)
            #expect(alone.missing.map(\.code) == ["depth-profile", "camera-absent"])
            let second = device(path: "/dev/video2")
            let both = station.sight(of: slot, among: [device(), second], rules)
            #expect(both.device == device() && both.use.depth == second)
        }
    }
}

@Suite struct `A still camera of a clinic's station` {
    private let still = device(
        usb: USBID(vendor: 0x1209, product: 0x000b), driver: "ptp", path: "/dev/bus/usb/001/004")

    @Test func `is approved by model, serial number and port as any other`() throws {
        try withStation(camera: "kind = \"still\"") { station, slot in
            let fresh = station.sight(of: slot, among: [still], rules(nil))
            #expect(fresh.missing.map(\.code) == ["camera-unapproved"])
            let known = station.sight(of: slot, among: [still], rules(CameraIdentity(still)))
            #expect(known.missing.isEmpty)
            #expect(known.profile.model?.name == "simulated-still")
            let moved = device(
                bus: "usb-2", usb: still.usb, driver: "ptp", path: "/dev/bus/usb/001/005")
            let swapped = station.sight(of: slot, among: [moved], rules(CameraIdentity(still)))
            #expect(swapped.missing.map(\.code) == ["camera-swapped"])
        }
    }

    @Test func `is not a video camera of the same name, nor the other way round`() throws {
        try withStation(camera: "kind = \"still\"") { station, slot in
            #expect(station.sight(of: slot, among: [device()], rules(nil)).missing.map(\.code) == ["camera-absent"])
        }
        try withStation { station, slot in
            #expect(station.sight(of: slot, among: [still], rules(nil)).missing.map(\.code) == ["camera-absent"])
        }
    }
}

@Suite struct `A camera that has its power from the pod` {
    private let powered = "power = \"pod\"\n[pod]\ndevice = \"1-2\""

    @Test func `is off and not missing while the lamp is dark`() throws {
        try withStation(camera: powered) { station, slot in
            let sight = station.sight(of: slot, among: [], rules(known))
            #expect(sight.isOff && sight.missing.isEmpty && sight.approval == .approved && !sight.isWhole)
            #expect(station.sight(of: slot, among: [], rules(nil)).missing.map(\.code) == ["camera-unapproved"])
        }
    }

    @Test func `is what it is where it is there all the same`() throws {
        try withStation(camera: powered) { station, slot in
            let sight = station.sight(of: slot, among: [device()], rules(known))
            #expect(!sight.isOff && sight.missing.isEmpty && sight.isWhole)
        }
    }

    @Test func `gets none without a visit`() throws {
        try withStation(camera: powered) { station, slot in
            let asked = #expect(throws: Refusal.self) {
                try station.power([slot], in: 0) { () throws(Refusal) in try station.mayLook(with: [slot]) }
            }
            #expect(asked?.code == Refusal.consent(.noSession).code)
        }
    }

    @Test func `is waited for only with a pod that answers`() throws {
        try withStation(camera: powered) { station, slot in
            let asked = #expect(throws: Refusal.self) { try station.power([slot], in: 0) {} }
            #expect(asked?.code == "pod-absent")
            let approved = #expect(throws: Refusal.self) { try station.approveCamera("scope") }
            #expect(approved?.code == "pod-absent")
            #expect(station.pod?.isLit == false)
        }
    }
}
