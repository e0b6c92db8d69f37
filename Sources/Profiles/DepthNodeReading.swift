import Camera
import V4L2

extension DepthNode {
    /// The table `kind` of a camera's table: `device`, `format`, `size` and `rate`; nil where there is none.
    ///
    /// - Parameter colour: the camera's own source; what is played beside a real camera would be no pair.
    init?(reading table: inout TableReader, _ kind: Kind, beside colour: CameraProfile.Source) throws(TableFault) {
        guard var inner = try table.table(kind.rawValue) else { return nil }
        let source = CameraProfile.Source(device: try inner.required("device"))
        guard source.isDevice == colour.isDevice else {
            throw .invalid(inner.key("device"), "must be a device where the camera is one, else replayed")
        }
        let format = try inner.required("format")
        guard let code = FourCC(parsing: format), kind.codes.contains(code) else {
            let known = kind.codes.map { "\($0)".split(separator: " ")[0] }.joined(separator: ", ")
            throw .invalid(inner.key("format"), "must be one of \(known)")
        }
        guard let (width, height) = try inner.size("size") else { throw .missing(inner.key("size")) }
        guard let rate = try inner.integer("rate") else { throw .missing(inner.key("rate")) }
        guard (1...1000).contains(rate) else { throw .invalid(inner.key("rate"), "must lie between 1 and 1000") }
        try inner.finish()
        self.init(kind: kind, source: source, code: code, width: width, height: height, rate: UInt32(rate))
    }
}

extension CameraProfile.Source {
    /// `replay:` and a path, or a device by its path, card name, bus or serial number.
    init(device: String) {
        self =
            device.hasPrefix("replay:") ? .replay(String(device.dropFirst("replay:".count))) : .v4l2(device)
    }

    /// `device`, and `kind` of a camera that takes stills and nothing else.
    init(reading table: inout TableReader) throws(TableFault) {
        let named = CameraProfile.Source(device: try table.required("device"))
        switch (try table.string("kind") ?? "video", named) {
        case ("video", _): self = named
        case ("still", .v4l2(let name)): self = .still(name)
        case ("still", _): throw .invalid(table.key("kind"), "\"still\" is a device, and no replay")
        default: throw .invalid(table.key("kind"), "must be \"video\" or \"still\"")
        }
    }

    /// Whether it is a device that is plugged in, not a replay.
    var isDevice: Bool { if case .replay = self { false } else { true } }
}
