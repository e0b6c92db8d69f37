import Camera
import Consent
import Depth
import Linux
import Pixels
import StillLink
import V4L2

extension DeviceProfile {
    /// Bytes of a profile's file at most.
    package static let bound = 64 * 1024
    /// The first line's promise: another version of the format has another word.
    static let format = "obscura-profile/1"

    /// Reads a profile; a key that it does not know is an error that names it.
    package init(parsing text: String) throws(TableFault) {
        guard text.utf8.count <= Self.bound else { throw .syntax("more than \(Self.bound) bytes") }
        var root = try TableReader(parsing: text)
        let format = try root.required("format")
        guard format == Self.format else { throw .invalid("format", "must be \"\(Self.format)\"") }
        name = try root.profileName("name")
        evidence = try root.choice("evidence")
        source = try root.plain("source", upTo: 400)
        matches = try Self.matches(&root)
        (instrument, modalities, face) = try Self.instrument(&root)
        streams = try root.tables("stream").map { table throws(TableFault) in
            var table = table
            guard let stream = try CameraProfile.Stream(reading: &table) else { throw .missing(table.key("format")) }
            try table.finish()
            return stream
        }
        kind = try root.optionalChoice("kind") ?? .video
        guard (kind == .still ? 0...0 : 1...32).contains(streams.count) else {
            throw .invalid("stream", kind == .still ? "is not a still camera's" : "must stand 1 to 32 times")
        }
        var locks = try ControlLocks(reading: &root, "lock", whereOffered: false)
        let soft = try ControlLocks(reading: &root, "lock-where-offered", whereOffered: true)
        for name in soft.names where locks[name] != nil {
            throw .invalid("lock-where-offered.\(name)", "stands under lock already")
        }
        locks = locks.overridden(by: soft)
        self.locks = locks
        if kind == .still, !locks.names.isEmpty { throw .invalid("lock", "is not a still camera's") }
        still = try VideoStill(reading: &root)
        if still != nil, kind == .still { throw .invalid("still", "is not a still camera's: it gives nothing else") }
        scale = try Self.scale(&root)
        if var table = try root.table("depth") { depth = try Calibration(reading: &table) } else { depth = nil }
        try root.finish()
    }

    private static func matches(_ root: inout TableReader) throws(TableFault) -> [Match] {
        guard var table = try root.table("match") else { throw .missing("match") }
        var matches: [Match] = []
        for text in try table.strings("usb") ?? [] {
            guard let match = Match(usb: text) else {
                throw .invalid(
                    table.key("usb"), "must hold ids as in \"a168:0870\", or \"a168:0870@0327\" for one revision")
            }
            matches.append(match)
        }
        for text in try table.strings("card") ?? [] {
            matches.append(.card(try table.plain(text, in: "card", upTo: 31)))
        }
        for text in try table.strings("driver") ?? [] {
            matches.append(.driver(try table.plain(text, in: "driver", upTo: 15)))
        }
        try table.finish()
        guard (1...64).contains(matches.count) else { throw .invalid("match", "must hold 1 to 64 ids or names") }
        guard Set(matches).count == matches.count else { throw .invalid("match", "says something twice") }
        return matches
    }

    private static func instrument(
        _ root: inout TableReader
    ) throws(TableFault) -> (CameraProfile.Instrument, [Modality], CameraProfile.Face) {
        guard var table = try root.table("instrument") else { throw .missing("instrument") }
        guard let modalities = try table.modalities("modalities") else { throw .missing(table.key("modalities")) }
        guard let contact = try table.bool("contact") else { throw .missing(table.key("contact")) }
        let face: CameraProfile.Face = try table.optionalChoice("face") ?? (contact ? .impossible : .possible)
        var tenths: Int?
        if let magnification = try table.decimal("magnification") {
            guard (0.1...1000).contains(magnification) else {
                throw .invalid(table.key("magnification"), "must lie between 0.1 and 1000")
            }
            tenths = Int((magnification * 10).rounded())
        }
        let instrument = CameraProfile.Instrument(
            manufacturer: try table.plain("manufacturer", upTo: 64), model: try table.plain("model", upTo: 64),
            serial: "",
            polarized: try table.bool("polarized"), contact: contact, magnificationTenths: tenths)
        try table.finish()
        return (instrument, modalities, face)
    }

    private static func scale(_ root: inout TableReader) throws(TableFault) -> CameraProfile.PixelScale? {
        guard var table = try root.table("calibration") else { return nil }
        guard let micrometres = try table.decimal("micrometres-per-pixel"), (0.001...10_000).contains(micrometres)
        else {
            throw .invalid(table.key("micrometres-per-pixel"), "must lie between 0.001 and 10000")
        }
        guard let (width, height) = try table.size("size") else { throw .missing(table.key("size")) }
        let scale = CameraProfile.PixelScale(
            nanometresPerPixel: Int64((micrometres * 1000).rounded()), width: width, height: height,
            method: try table.plain("method", upTo: 200))
        try table.finish()
        return scale
    }
}

extension DeviceProfile.Match {
    /// `vvvv:pppp`, or `vvvv:pppp@rrrr` for one revision.
    fileprivate init?(usb text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard let id = USBID(parsing: parts[0]), parts.count <= 2 else { return nil }
        if parts.count == 1 {
            self = .usb(id, release: nil)
        } else {
            guard let release = UInt16(usbHex: parts[1]) else { return nil }
            self = .usb(id, release: release)
        }
    }
}
