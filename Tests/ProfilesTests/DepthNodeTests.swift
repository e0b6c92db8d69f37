import Camera
import Profiles
import Testing

private let whole = """
    device = "Colours"
    [depth]
    device = "Depth"
    format = "Z16"
    size = "848x480"
    rate = 30
    [infrared]
    device = "Infrared"
    format = "GREY"
    size = "848x480"
    rate = 15
    """

private func setting(_ text: String) throws -> CameraSetting {
    try CameraSetting(name: "scene", reading: try TableReader(parsing: text))
}

@Suite struct `A camera's depth node` {
    @Test func `is a device, a format, a size and a rate`() throws {
        let read = try setting(whole)
        #expect(read.depth?.source == .v4l2("Depth") && read.depth?.code.description == "Z16 ")
        #expect(read.depth?.frameTime == 33_333_333)
        #expect(read.infrared?.source == .v4l2("Infrared") && read.infrared?.rate == 15)
        let profile = read.profile(from: nil)
        #expect(profile.depth?.calibration == nil && profile.depth?.nodes.map(\.kind) == [.depth, .infrared])
        #expect(try setting("device = \"Colours\"").profile(from: nil).depth == nil)
        let y16 = try setting(whole.replacing("Z16", with: "Y16"))
        #expect(y16.depth?.code.description == "Y16 ")
    }

    @Test(arguments: [
        ("\"Z16\"", "\"YUYV\"", "depth.format"), ("\"Z16\"", "\"GREY\"", "depth.format"),
        ("\"GREY\"", "\"Z16\"", "infrared.format"), ("rate = 30", "", "depth.rate"),
        ("rate = 30", "rate = 0", "depth.rate"),
        ("\"Depth\"", "\"replay:/x\"", "depth.device"), ("size = \"848x480\"", "size = \"848x48\"", "infrared"),
        ("rate = 15", "rate = 15\nspeed = 1", "infrared.speed"),
        ("device = \"Colours\"", "device = \"replay:/a.jpg\"", "depth.device"),
    ]) func `says what is wrong with it`(part: String, other: String, key: String) throws {
        let text = whole.replacing(part, with: other, maxReplacements: 1)
        #expect(text != whole)
        let fault = try #require(throws: TableFault.self) { _ = try setting(text) }
        switch fault {
        case .unknownKey(let named), .missing(let named), .invalid(let named, _): #expect(named == key)
        case .syntax: Issue.record("\(fault)")
        }
    }

    @Test func `of infrared stands beside depth`() throws {
        let depth = try #require(whole.range(of: "[depth]"))
        let infrared = try #require(whole.range(of: "[infrared]"))
        let alone = whole[..<depth.lowerBound] + whole[infrared.lowerBound...]
        #expect(throws: TableFault.invalid("infrared", "must stand beside a depth table with the same size")) {
            _ = try setting(String(alone))
        }
    }
}
