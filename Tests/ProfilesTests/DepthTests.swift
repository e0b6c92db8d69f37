import Depth
import Profiles
import Testing

private let aligned = """
    format = "obscura-profile/1"
    name = "depth-camera"
    evidence = "tested"
    source = "a test"
    [match]
    card = ["Depth"]
    [instrument]
    manufacturer = "Maker"
    model = "Depth"
    modalities = ["XC", "M3D"]
    contact = false
    [[stream]]
    format = "YUYV"
    size = "1280x720"
    [depth]
    metres-per-count = 0.001
    range = [0.25, 3]
    bound = 6
    [depth.aligned]
    depth-size = "848x480"
    depth-focal = [421.5, 421.5]
    depth-centre = [423.9, 239.1]
    colour-size = "1280x720"
    colour-focal = [910.25, 909.5]
    colour-centre = [640, 361]
    rotation = [1, 0, 0, 0, 1, 0, 0, 0, 1]
    translation = [0.015, 0, 0.0005]
    """

@Suite struct `A profile's depth` {
    @Test func `is read whole`() throws {
        let depth = try #require(try DeviceProfile(parsing: aligned).depth)
        #expect(depth.unit == 0.001 && depth.range == 0.25...3 && depth.bound == 6)
        guard case .aligned(let camera, let colour, let placement) = depth.alignment else {
            Issue.record("not aligned")
            return
        }
        #expect(camera.width == 848 && camera.centre == SIMD2(423.9, 239.1))
        #expect(colour.height == 720 && colour.focal == SIMD2(910.25, 909.5))
        #expect(placement.translation == SIMD3(0.015, 0, 0.0005))
    }

    @Test func `without an alignment has its bound alone, and may be missing`() throws {
        let bare = aligned.prefix(upTo: try #require(aligned.range(of: "[depth.aligned]")).lowerBound)
        let depth = try #require(try DeviceProfile(parsing: String(bare)).depth)
        #expect(depth.alignment == .unaligned && depth.bound == 6)
        let none = aligned.prefix(upTo: try #require(aligned.range(of: "[depth]")).lowerBound)
        #expect(try DeviceProfile(parsing: String(none)).depth == nil)
    }

    @Test(arguments: [
        ("0.001", "0", "depth.metres-per-count"), ("metres-per-count", "metres", "depth.metres-per-count"),
        ("[0.25, 3]", "[3, 0.25]", "depth.range"), ("[0.25, 3]", "[0.25, nan]", "depth.range"),
        ("[0.25, 3]", "[0.25, 300]", "depth.range"), ("[0.25, 3]", "[0.25]", "depth.range"),
        ("bound = 6", "bound = 0", "depth.bound"), ("bound = 6", "", "depth.bound"),
        ("[421.5, 421.5]", "[4.5, 421.5]", "depth.aligned.depth-focal"),
        ("[421.5, 421.5]", "421.5", "depth.aligned.depth-focal"),
        ("848x480", "848", "depth.aligned.depth-size"), ("colour-size", "color-size", "depth.aligned.colour-size"),
        ("[1, 0, 0, 0, 1, 0, 0, 0, 1]", "[1, 0, 0, 0, 1, 0, 0, 0, -1]", "depth.aligned.rotation"),
        ("0.0005]", "15]", "depth.aligned.translation"), ("bound = 6", "bound = 6\nbond = 6", "depth.bond"),
    ]) func `says what is wrong with it`(part: String, other: String, key: String) throws {
        let text = aligned.replacing(part, with: other, maxReplacements: 1)
        #expect(text != aligned)
        let fault = try #require(throws: TableFault.self) { _ = try DeviceProfile(parsing: text) }
        switch fault {
        case .unknownKey(let named), .missing(let named), .invalid(let named, _): #expect(named == key)
        // Numbers that TOML has and this reader does not.
        case .syntax: #expect(other.contains("nan"))
        }
    }
}
