import Camera
import Consent
import Pixels
import V4L2

extension CameraProfile {
    /// One `[camera.NAME]` table.
    init(name: String, reading table: consuming TableReader) throws(ConfigurationFault) {
        var table = table
        let device = try table.required("device")
        let source: Source =
            device.hasPrefix("replay:") ? .replay(String(device.dropFirst("replay:".count))) : .v4l2(device)
        var modalities: [Modality] = []
        for text in try table.strings("modalities") ?? ["XC"] {
            do { modalities.append(try Modality(parsing: text)) } catch {
                throw .invalid(table.key("modalities"), "must hold DICOM modality codes")
            }
        }
        let contact = try table.bool("contact") ?? false
        let faceText = try table.string("face") ?? (contact ? "impossible" : "possible")
        guard let face = Face(rawValue: faceText) else {
            throw .invalid(table.key("face"), "must be \"expected\", \"possible\" or \"impossible\"")
        }
        let instrument = Instrument(
            manufacturer: try table.string("manufacturer") ?? "unknown", model: try table.string("model") ?? name,
            serial: try table.string("serial") ?? "", polarized: try table.bool("polarized"), contact: contact)
        let stream = try Self.stream(&table)
        if case .v4l2 = source, stream == nil { throw .missing(table.key("format")) }
        let controls = try Self.controls(&table)
        try table.finish()
        self.init(
            name: name, source: source, modalities: modalities, face: face, stream: stream, controls: controls,
            instrument: instrument)
    }

    private static func stream(_ table: inout TableReader) throws(ConfigurationFault) -> Stream? {
        guard let text = try table.string("format") else { return nil }
        let own = PixelFormat.allCases.first { $0.rawValue.trimmed == text }
        // Any other format only by this word: a typing error must not choose one.
        let converted = text.hasPrefix("convert:") ? FourCC(parsing: String(text.dropFirst("convert:".count))) : nil
        guard own != nil || converted != nil else {
            let known = PixelFormat.allCases.map(\.rawValue.trimmed).joined(separator: ", ")
            throw .invalid(table.key("format"), "must be one of \(known), or convert: and another V4L2 code")
        }
        let size = try table.required("size").split(separator: "x").map { Int($0) }
        guard size.count == 2, let width = size[0], let height = size[1], (1...16384).contains(width),
            (1...16384).contains(height)
        else { throw .invalid(table.key("size"), "must be WIDTHxHEIGHT") }
        let rate = try table.integer("rate").map { UInt32(clamping: $0) }
        if let own { return Stream(format: own, width: width, height: height, rate: rate) }
        return converted.map { Stream(converting: $0, width: width, height: height, rate: rate) }
    }

    private static func controls(_ table: inout TableReader) throws(ConfigurationFault) -> [String: Int64] {
        guard var controls = try table.table("controls") else { return [:] }
        var values: [String: Int64] = [:]
        for name in controls.names { values[name] = try controls.integer(name).map(Int64.init) }
        return values
    }
}

extension String {
    /// Without the spaces at the end that V4L2 fills short format names with.
    fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}
