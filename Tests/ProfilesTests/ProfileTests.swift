import Camera
import Linux
import StillLink
import Testing

@testable import Profiles
@testable import V4L2

/// The folder of the shipped profiles.
private let shipped = "\(#filePath.dropLast("Tests/ProfilesTests/ProfileTests.swift".count))Drivers/profiles"

private let whole = """
    format = "obscura-profile/1"
    name = "scope"
    evidence = "tested"
    source = "a test"
    [match]
    usb = ["1209:0001@0100", "a168:0870"]
    card = ["Scope"]
    driver = ["uvcvideo"]
    [instrument]
    manufacturer = "Maker"
    model = "Scope"
    modalities = ["DMS", "XC"]
    contact = true
    polarized = false
    magnification = 12.5
    [[stream]]
    format = "MJPG"
    size = "1920x1080"
    rate = 30
    [[stream]]
    format = "convert:YU12"
    size = "640x480"
    [lock]
    "White Balance, Automatic" = 0
    [lock-where-offered]
    gain = -3
    [still]
    method = "uvc-method-2"
    format = "YUYV"
    size = "2592x1944"
    [calibration]
    micrometres-per-pixel = 7.25
    size = "1920x1080"
    method = "stage micrometer"
    """

private func device(
    driver: String = "uvcvideo", card: String = "Other", usb: USBID? = nil, release: UInt16? = nil
) -> V4L2Device {
    V4L2Device(path: "/dev/video0", driver: driver, card: card, bus: "usb-1", serial: "", usb: usb, release: release)
}

@Suite struct `A device profile` {
    @Test func `is read whole`() throws {
        let profile = try DeviceProfile(parsing: whole)
        #expect(profile.name == "scope")
        #expect(profile.evidence == .tested)
        #expect(profile.still == VideoStill(method: .two, format: .yuy2, width: 2592, height: 1944))
        #expect(profile.modalities.map(\.description) == ["DMS", "XC"])
        #expect(profile.face == .impossible)
        #expect(profile.instrument.magnificationTenths == 125)
        #expect(profile.instrument.polarized == false)
        #expect(profile.streams.map(\.code) == [FourCC("MJPG"), FourCC("YU12")])
        #expect(profile.streams[0].rate == 30)
        #expect(profile.locks[ControlName("white_balance_automatic")] == .init(value: 0, isWhereOffered: false))
        #expect(profile.locks[ControlName("Gain")] == .init(value: -3, isWhereOffered: true))
        #expect(profile.scale?.nanometresPerPixel == 7250)
        #expect(profile.matches.count == 4)
    }

    /// What is changed in the whole one, and the key that the refusal names.
    @Test(
        arguments: [
            ("name = \"scope\"", "nmae = \"scope\"", "name"), ("[still]", "[stil]", "stil"),
            ("uvc-method-2", "uvc-method-1", "still.method"), ("\"YUYV\"", "\"NV12\"", "still.format"),
            ("2592x1944", "2592x70000", "still.size"), ("2592x1944", "0x1944", "still.size"),

            ("obscura-profile/1", "obscura-profile/2", "format"), ("\"tested\"", "\"believed\"", "evidence"),
            ("\"scope\"", "\"Scope\"", "name"), ("\"a test\"", "\"\"", "source"),
            ("\"a test\"", "\"a\\u0007\"", "source"),
            ("a168:0870", "A168:0870", "match.usb"), ("a168:0870", "a168", "match.usb"), ("@0100", "@100", "match.usb"),
            ("a168:0870", "1209:0001@0100", "match"), ("driver = [\"uvcvideo\"]", "drivers = []", "match.drivers"),
            ("[\"DMS\", \"XC\"]", "[]", "instrument.modalities"),
            ("[\"DMS\", \"XC\"]", "[\"dms\"]", "instrument.modalities"),
            ("contact = true", "", "instrument.contact"), ("contact = true", "contact = \"yes\"", "instrument.contact"),
            ("12.5", "0", "instrument.magnification"),
            ("12.5", "\"ten\"", "instrument.magnification"), ("\"MJPG\"", "\"H264\"", "stream[1].format"),
            ("1920x1080", "1920x0", "stream[1].size"), ("640x480", "640x480x2", "stream[2].size"),
            ("rate = 30", "rate = 0", "stream[1].rate"), ("rate = 30", "rats = 30", "stream[1].rats"),
            ("gain = -3", "gain = 4294967296", "lock-where-offered.gain"),
            ("gain = -3", "gain = true", "lock-where-offered.gain"),
            ("gain = -3", "white_balance_automatic = 0", "lock-where-offered.white_balance_automatic"),
            ("gain = -3", "\"!\" = 0", "lock-where-offered.!"), ("7.25", "0", "calibration.micrometres-per-pixel"),
            ("method = \"stage", "mthod = \"stage", "calibration.method"),
            ("[match]", "[math]", "match"),
        ])
    func `says what is wrong with it`(part: String, other: String, key: String) throws {
        let text = whole.replacing(part, with: other, maxReplacements: 1)
        #expect(text != whole)
        let fault = try #require(throws: TableFault.self) { _ = try DeviceProfile(parsing: text) }
        switch fault {
        case .unknownKey(let named), .missing(let named), .invalid(let named, _): #expect(named == key)
        case .syntax(let text): Issue.record("\(text)")
        }
    }

    @Test func `is TOML of a bounded size`() {
        for text in ["", "[", "format = 1 format = 2", "\u{0}", String(repeating: "#", count: 70_000)] {
            #expect(throws: TableFault.self) { _ = try DeviceProfile(parsing: text) }
        }
    }
}

@Suite struct `The shelf of profiles` {
    @Test func `reads every shipped profile, ten of named instruments among them`() throws {
        let shelf = try ProfileShelf(folders: [shipped])
        #expect(shelf.names.count >= 12)
        let tested = ["simulated-dermoscope", "simulated-dermoscope-still", "simulated-still", "vivid"]
        for name in shelf.names {
            let profile = try #require(shelf[name])
            #expect((profile.evidence == .tested) == tested.contains(name), "\(name)")
        }
        #expect(shelf.names.count { !(tested + ["generic-uvc"]).contains($0) } >= 8)
    }

    @Test func `takes the nearest profile`() throws {
        let shelf = try ProfileShelf(folders: [shipped])
        #expect(shelf.profile(of: device())?.name == "generic-uvc")
        #expect(shelf.profile(of: device(usb: USBID(vendor: 0xA168, product: 0x0870)))?.name == "dino-lite-premier")
        #expect(shelf.profile(of: device(usb: USBID(vendor: 0x1209, product: 1)))?.name == "simulated-dermoscope")
        #expect(shelf.profile(of: device(driver: "vivid", card: "vivid"))?.name == "vivid")
        #expect(shelf.profile(of: device(driver: "bttv")) == nil)
        let scope = try DeviceProfile(parsing: whole)
        let own = try DeviceProfile(
            parsing: whole.replacing("\"scope\"", with: "\"own\"").replacing("@0100", with: "").replacing(
                "a168:0870", with: "1209:0002"
            )
            .replacing("card = [\"Scope\"]\n", with: "").replacing("uvcvideo", with: "other"))
        let two = try ProfileShelf([scope, own])
        let id = USBID(vendor: 0x1209, product: 1)
        #expect(two.profile(of: device(usb: id, release: 0x0100))?.name == "scope")
        #expect(two.profile(of: device(driver: "x", usb: id, release: 0x0200))?.name == "own")
        #expect(two.profile(of: device(driver: "x", card: "Scope"))?.name == "scope")
    }

    @Test func `refuses two that claim the same`() throws {
        let scope = try DeviceProfile(parsing: whole)
        let other = try DeviceProfile(parsing: whole.replacing("\"scope\"", with: "\"other\""))
        #expect(throws: ProfileFault.twice("other", "scope", .usb(USBID(vendor: 0x1209, product: 1), release: 0x0100)))
        {
            _ = try ProfileShelf([scope, other])
        }
    }

    @Test func `lets the clinic's folder go before, and has no folder that is not there`() throws {
        let folder = try TemporaryFolder()
        try folder.put(
            whole.replacing("\"scope\"", with: "\"vivid\"").replacing("\"uvcvideo\"", with: "\"vivid\"")
                .replacing(", \"a168:0870\"", with: "")
                .replacing(", \"a168:0870\"", with: ""),
            as: "vivid.toml")
        let shelf = try ProfileShelf(folders: [shipped, folder.path, folder.path + "/none"])
        #expect(shelf["vivid"]?.instrument.manufacturer == "Maker")
        try folder.put(whole, as: "named-otherwise.toml")
        #expect(throws: ProfileFault.name("\(folder.path)/named-otherwise.toml", said: "scope")) {
            _ = try ProfileShelf(folders: [folder.path])
        }
        try folder.put("format = 2", as: "named-otherwise.toml")
        #expect(throws: ProfileFault.self) { _ = try ProfileShelf(folders: [folder.path]) }
    }
}

/// A camera of the configuration, from its table.
private func setting(_ table: String) throws -> CameraSetting {
    var root = try TableReader(parsing: "[camera.a]\ndevice = \"Scope\"\n" + table)
    var cameras = try #require(try root.table("camera"))
    return try CameraSetting(name: "a", reading: try #require(try cameras.table("a")))
}

@Suite struct `A camera of the configuration` {
    @Test func `is used as its profile says`() throws {
        let used = try setting("").profile(from: try DeviceProfile(parsing: whole))
        #expect(used.streams.count == 2)
        #expect(used.modalities.map(\.description) == ["DMS", "XC"])
        #expect(used.face == .impossible)
        #expect(used.instrument.manufacturer == "Maker")
        #expect(used.model?.evidence == "tested")
        #expect(used.model?.scale?.width == 1920)
    }

    @Test func `may be used otherwise`() throws {
        let used = try setting(
            "format = \"GREY\"\nsize = \"8x6\"\nmodalities = [\"XC\"]\ncontact = false\nmodel = \"Mine\"\n[camera.a.controls]\nGain = 9"
        ).profile(from: try DeviceProfile(parsing: whole))
        #expect(used.streams.map(\.width) == [8])
        #expect(used.modalities == [.photograph])
        #expect(used.face == .possible)
        #expect(used.instrument.model == "Mine")
        #expect(used.locks[ControlName("gain")] == .init(value: 9, isWhereOffered: false))
        #expect(used.locks.names.count == 2)
    }

    @Test func `without a profile is asked for what the configuration names, or for nothing`() throws {
        let used = try setting("format = \"MJPG\"\nsize = \"8x6\"").profile(from: nil)
        #expect(used.streams.count == 1)
        #expect(used.model == nil)
        #expect(try setting("").profile(from: nil).streams.isEmpty)
    }

    @Test func `that takes stills is asked for no stream, and has no settings of its own`() throws {
        let still = try setting("kind = \"still\"\nmodalities = [\"XC\"]")
        guard case .still = still.source else { throw TableFault.missing("kind") }
        #expect(still.profile(from: nil).streams.isEmpty)
        for more in ["format = \"MJPG\"\nsize = \"8x6\"", "[camera.a.controls]\nGain = 9"] {
            #expect(throws: TableFault.self) { try setting("kind = \"still\"\n\(more)") }
        }
        #expect(throws: TableFault.self) { try setting("kind = \"scanner\"") }
    }

    @Test(arguments: ["sizes = 1", "size = \"8x6\"", "rate = 5", "face = \"hidden\"", "profile = 5", "modalities = []"])
    func `is read strictly`(line: String) { #expect(throws: TableFault.self) { _ = try setting(line) } }
}
