import StillLink

extension VideoStill {
    /// The table `still` of a profile: `method`, `format` and `size`; nil where there is none.
    init?(reading table: inout TableReader) throws(TableFault) {
        guard var inner = try table.table("still") else { return nil }
        let text = try inner.required("method")
        guard let method = Method.allCases.first(where: { $0.name == text }) else {
            throw .invalid(inner.key("method"), "must be \"uvc-method-2\" or \"uvc-method-3\"")
        }
        let format: Format
        switch try inner.required("format") {
        case "MJPG": format = .mjpeg
        case "YUYV": format = .yuy2
        default: throw .invalid(inner.key("format"), "must be \"MJPG\" or \"YUYV\"")
        }
        guard let (width, height) = try inner.size("size") else { throw .missing(inner.key("size")) }
        try inner.finish()
        self.init(method: method, format: format, width: UInt16(width), height: UInt16(height))
    }
}
