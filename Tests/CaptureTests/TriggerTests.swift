import Evdev
import Foundation
import Linux
import Pod
import Testing

@testable import Control
@testable import Profiles
@testable import obscura_capture

private let shipped = "\(#filePath.dropLast("Tests/CaptureTests/TriggerTests.swift".count))Drivers/profiles"

private let cameras = """
    [camera.scope]
    device = "Scope"
    [camera.overview]
    device = "Overview"

    """

private func configuration(_ text: String, state: String = "/tmp") throws -> Configuration {
    try configured(cameras + text, state: state, run: state)
}

private func pedal(_ name: String = "foot") throws -> TriggerSetting {
    try #require(try configuration("[trigger.\(name)]\ndevice = \"usb-1\"").triggers.first)
}

@Suite struct `A trigger of the configuration` {
    @Test func `is a camera's button, which means that camera`() throws {
        let trigger = try #require(try configuration("[trigger.a]\nbutton = \"scope\"").triggers.first)
        #expect(trigger.source == .button(camera: "scope"))
        #expect(trigger.camera == "scope")
        #expect(trigger.kind == .button)
        #expect(!trigger.tellsRelease)
    }

    @Test func `is a key at a port`() throws {
        let trigger = try #require(
            try configuration(
                "[trigger.foot]\ndevice = \"usb-0000:00:14.0-2\"\nkey = \"KEY_F13\"\ncamera = \"overview\"\nmodality = \"XC\""
            ).triggers.first)
        #expect(trigger.source == .key(port: "usb-0000:00:14.0-2", 183))
        #expect(trigger.camera == "overview")
        #expect(trigger.modality?.description == "XC")
        #expect(trigger.tellsRelease)
    }

    @Test(arguments: [("pedal", TriggerKind.pedal, PodPress.Source.pedal), ("hand", .hand, .hand)])
    func `is what is plugged into the pod`(word: String, kind: TriggerKind, source: PodPress.Source) throws {
        let trigger = try #require(
            try configuration("[trigger.a]\npod = \"\(word)\"\n[pod]\ndevice = \"1-2\"").triggers.first)
        #expect(trigger.source == .pod(source) && trigger.kind == kind && trigger.tellsRelease && trigger.isOnPod)
    }

    /// Numbers of linux/input-event-codes.h.
    @Test(arguments: [
        ("KEY_A", 30), ("KEY_B", 48), ("KEY_L", 38), ("KEY_M", 50), ("KEY_P", 25), ("KEY_0", 11), ("KEY_1", 2),
        ("KEY_F1", 59), ("KEY_F10", 68), ("KEY_F12", 88), ("KEY_F24", 194), ("KEY_CAMERA", 212), ("212", 212),
    ])
    func `names keys as the kernel does`(name: String, number: UInt16) throws {
        let trigger = try configuration("[trigger.a]\ndevice = \"p\"\nkey = \"\(name)\"").triggers.first
        #expect(trigger?.source == .key(port: "p", number))
    }

    @Test(arguments: [
        "[trigger.a]", "[trigger.a]\nbutton = \"scope\"\ndevice = \"usb-1\"", "[trigger.a]\nbutton = \"none\"",
        "[trigger.a]\ndevice = \"\"", "[trigger.a]\ndevice = \"p\"\nkey = \"KEY_\"",
        "[trigger.a]\ndevice = \"p\"\nkey = \"0\"",
        "[trigger.a]\ndevice = \"p\"\nkey = \"768\"", "[trigger.a]\ndevice = \"p\"\nkey = 212",
        "[trigger.a]\ndevice = \"p\"\ncamera = \"none\"", "[trigger.a]\ndevice = \"p\"\nmodality = \"no\"",
        "[trigger.a]\ndevice = \"p\"\nsite = \"x\"", "[trigger.\"a b\"]\ndevice = \"p\"",
        "[trigger.a]\ndevice = \"p\"\n[trigger.b]\ndevice = \"p\"\nkey = \"KEY_A\"",
        "[trigger.a]\nbutton = \"scope\"\n[trigger.b]\nbutton = \"scope\"",
        "[trigger.a]\nbutton = \"scope\"\nkey = \"KEY_CAMERA\"", "[trigger.a]\npod = \"pedal\"",
        "[trigger.a]\npod = \"foot\"\n[pod]\ndevice = \"1-2\"",
        "[trigger.a]\npod = \"pedal\"\nkey = \"KEY_A\"\n[pod]\ndevice = \"1-2\"",
        "[trigger.a]\npod = \"hand\"\n[trigger.b]\npod = \"hand\"\n[pod]\ndevice = \"1-2\"",
        "[trigger.a]\npod = \"hand\"\nbutton = \"scope\"\n[pod]\ndevice = \"1-2\"",
        "[speaker]", "[speaker]\ndevice = \"p\"\nhertz = 1",
    ])
    func `is refused when it means nothing or two things`(text: String) {
        #expect(throws: ConfigurationFault.self) { _ = try configuration(text) }
    }

    @Test func `shares a pedal by its keys`() throws {
        let text = "[trigger.a]\ndevice = \"p\"\nkey = \"KEY_A\"\n[trigger.b]\ndevice = \"p\"\nkey = \"KEY_B\""
        #expect(try configuration(text).triggers.count == 2)
    }
}

@Suite struct `A key that bounces` {
    private func edge(_ milliseconds: Int64, _ isDown: Bool) -> KeyEdge {
        KeyEdge(key: 1, isDown: isDown, at: 1_000_000_000 + milliseconds * 1_000_000)
    }

    @Test func `is pressed once, at its first edge`() {
        var key = DebouncedKey()
        let edges: [(Int64, Bool)] = [(0, true), (1, false), (2, true), (150, false), (151, true), (153, false)]
        #expect(edges.map { key.begins(edge($0, $1)) } == [true, false, false, false, false, false])
        #expect(key.begins(edge(180, true)) == true)
    }

    @Test func `is believed when the clock is strange`() {
        var key = DebouncedKey()
        #expect(key.begins(KeyEdge(key: 1, isDown: true, at: .max)) == true)
        _ = key.begins(KeyEdge(key: 1, isDown: false, at: .max))
        #expect(key.begins(KeyEdge(key: 1, isDown: true, at: .min)) == true)
    }

    /// Against a description of its own: a press begins where a key goes down after it was up and quiet.
    @Test func `is pressed where it was quiet before`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var (key, time) = (DebouncedKey(), Int64(0))
            var earlier: [(time: Int64, isDown: Bool)] = []
            for _ in 0..<50 {
                time += Int64.random(in: 0...40, using: &random)
                let isDown = Bool.random(using: &random)
                let quiet = earlier.last.map { !$0.isDown && time - $0.time >= 20 } ?? true
                #expect(key.begins(edge(time, isDown)) == (isDown && quiet))
                earlier.append((time, isDown))
            }
        }
    }
}

@Suite struct `A press` {
    @Test func `is a picture when it is let go, and is waited for no longer than that`() throws {
        let press = try Press(try pedal(), at: Clock.monotonic() - DebouncedKey.bounce)
        press.note(isDown: false)
        #expect(!press.isHeld())
    }

    @Test func `is a hold when it still lasts`() throws {
        #expect(try Press(try pedal(), at: Clock.monotonic() - Press.hold).isHeld())
    }

    @Test func `is known to be a picture while somebody waits`() async throws {
        // A thread that starts later than a hold lasts lets go of nothing in time.
        let isPicture = try (0..<20).contains { _ in
            let press = try Press(try pedal(), at: Clock.monotonic())
            try startThread { press.note(isDown: false) }
            return !press.isHeld()
        }
        #expect(isPicture)
    }

    @Test func `of a camera's button is never a hold`() throws {
        let button = try #require(try configuration("[trigger.a]\nbutton = \"scope\"").triggers.first)
        #expect(try !Press(button, at: Clock.monotonic() - Press.hold).isHeld())
    }

    @Test func `has no time to come, and is stale after a while`() throws {
        let press = try Press(try pedal(), at: .max)
        #expect(press.at <= Clock.monotonic())
        #expect(!press.isStale)
        #expect(try Press(try pedal(), at: Clock.monotonic() - Press.patience - 1).isStale)
    }
}

@Suite struct `Presses that wait` {
    @Test func `are taken in their order, and no more than two`() throws {
        let desk = try TriggerDesk([try pedal("one"), try pedal("two"), try pedal("three")])
        for setting in desk.settings { desk.put(try Press(setting, at: 0)) }
        #expect([desk.next(), desk.next()].map(\.trigger.name) == ["one", "two"])
        #expect(desk.tally(of: "three").lost == 1)
        #expect(desk.tally(of: "one").lost == 0)
    }

    private func edge(_ source: PodPress.Source, _ pressed: Bool, at: Int64, within: Duration = .zero) -> PodPress {
        PodPress(source: source, pressed: pressed, at: at, uncertainty: within)
    }

    @Test func `come from the pod, where its input is a trigger`() throws {
        let desk = try TriggerDesk(
            try configuration("[trigger.a]\npod = \"hand\"\n[pod]\ndevice = \"1-2\"").triggers)
        desk.take(edge(.pedal, true, at: 5))
        desk.take(edge(.hand, true, at: 7, within: .nanoseconds(3)))
        let press = desk.next()
        // The frame has to begin after the edge, wherever in its uncertainty that was.
        #expect(press.trigger.name == "a" && press.at == 10)
        #expect(press.isHeld())
        desk.take(edge(.hand, false, at: 8))
        #expect(!press.isHeld())
        // One that was let go without having been pressed is nobody's.
        desk.take(edge(.hand, false, at: 9))
        #expect(desk.tally(of: "a") == TriggerDesk.Tally())
    }

    @Test func `mean nothing without a session`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "obscura-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appending(path: "outbox"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = try configuration("[trigger.foot]\ndevice = \"usb-1\"", state: folder.path)
        let station = try Station(text, try ProfileShelf(folders: [shipped]), detector: 1)
        station.take(try Press(station.triggers.settings[0], at: Clock.monotonic()))
        station.take(try Press(station.triggers.settings[0], at: 0))
        let tally = station.triggers.tally(of: "foot")
        #expect((tally.ignored, tally.lost, tally.taken) == (1, 1, 0))
        #expect(throws: Refusal.self) { _ = try station.choose(site: nil) }
        #expect(throws: Refusal.self) { _ = try station.choose(site: "SCT:43067004") }
    }
}
