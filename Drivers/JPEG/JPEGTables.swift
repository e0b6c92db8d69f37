import PixelLoops

/// What the marker segments before the scan have said so far.
struct Tables {
    var frame: Frame?
    var restartInterval = 0
    /// The first marker that carries more than the bare colour markers.
    private(set) var metadata: UInt8?
    private var sawJFIF = false
    private var adobeTransform: UInt8?

    mutating func take(_ segment: Segment, of bytes: Span<UInt8>) throws(JPEGError) {
        let body = segment.body
        switch segment.marker {
        case 0xC0, 0xC1:
            guard frame == nil else { throw .marker(segment.marker, at: segment.at) }
            frame = try Frame(segment, of: bytes)
        case 0xC2: throw .progressive
        case 0xC9, 0xCA, 0xCB, 0xCC, 0xCD...0xCF: throw .arithmetic
        case 0xC3, 0xC5...0xC7: throw .process(segment.marker)
        case 0xC4: break
        case 0xDB: try checkQuantisation(segment, of: bytes)
        case 0xDD:
            guard body.count == 2 else { throw .marker(segment.marker, at: segment.at) }
            restartInterval = Int(bytes[body.lowerBound]) << 8 | Int(bytes[body.lowerBound + 1])
        case 0xE0...0xEF, 0xFE: takeApplication(segment, of: bytes)
        default: throw .marker(segment.marker, at: segment.at)
        }
    }

    private mutating func takeApplication(_ segment: Segment, of bytes: Span<UInt8>) {
        let body = segment.body
        switch segment.marker {
        // "JFIF", version, density and a thumbnail of no size: 14 bytes.
        case 0xE0 where starts(bytes, body, with: [0x4A, 0x46, 0x49, 0x46, 0x00], atLeast: 14):
            sawJFIF = true
            if body.count > 14 { metadata = metadata ?? segment.marker }
        // "Adobe", version, two flag words, transform: 12 bytes.
        case 0xEE where starts(bytes, body, with: [0x41, 0x64, 0x6F, 0x62, 0x65], atLeast: 12):
            adobeTransform = bytes[body.lowerBound + 11]
            if body.count > 12 { metadata = metadata ?? segment.marker }
        default: metadata = metadata ?? segment.marker
        }
    }

    /// T.81 B.2.4.1: each table is one byte of precision and number, then 64 bytes.
    private func checkQuantisation(_ segment: Segment, of bytes: Span<UInt8>) throws(JPEGError) {
        var place = segment.body.lowerBound
        while place < segment.end {
            guard bytes[place] >> 4 == 0 else { throw .quantisation }
            place += 65
        }
        guard place == segment.end else { throw .marker(segment.marker, at: segment.at) }
    }

    private func starts(_ bytes: Span<UInt8>, _ body: Range<Int>, with text: [UInt8], atLeast count: Int) -> Bool {
        guard body.count >= count else { return false }
        for (index, byte) in text.enumerated() where bytes[body.lowerBound + index] != byte { return false }
        return true
    }

    /// The rules of libjpeg's default_decompress_parms, so that both read the same colours.
    func colour(of frame: Frame) -> JPEGHeader.Colour {
        if frame.names.count == 1 { return .grey }
        if sawJFIF { return .yCbCr }
        if let adobeTransform { return adobeTransform == 0 ? .rgb : .yCbCr }
        return frame.names == [0x52, 0x47, 0x42] ? .rgb : .yCbCr
    }

    /// Number of components in the scan whose header ends at `place`; 0 when the header is malformed (T.81 B.2.3).
    func scanComponents(_ bytes: Span<UInt8>, endingAt place: Int) -> Int {
        // Ns, then two bytes a component, then Ss, Se, AhAl.
        for count in 1...4 where place - 4 - 2 * count >= 2 {
            let start = place - 4 - 2 * count
            let length = Int(bytes[start - 2]) << 8 | Int(bytes[start - 1])
            if Int(bytes[start]) == count, length == 6 + 2 * count { return count }
        }
        return 0
    }
}

/// The frame header (T.81 B.2.2).
struct Frame {
    let width: Int
    let height: Int
    let names: [UInt8]
    let sampling: JPEGHeader.Sampling
    let unit: (width: Int, height: Int)

    init(_ segment: Segment, of bytes: Span<UInt8>) throws(JPEGError) {
        let start = segment.body.lowerBound
        guard segment.body.count >= 6 else { throw .marker(segment.marker, at: segment.at) }
        guard bytes[start] == 8 else { throw .precision(bytes[start]) }
        height = Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])
        width = Int(bytes[start + 3]) << 8 | Int(bytes[start + 4])
        let components = bytes[start + 5]
        guard components == 1 || components == 3 else { throw .components(components) }
        guard segment.body.count == 6 + 3 * Int(components) else { throw .marker(segment.marker, at: segment.at) }
        guard (1...JPEGHeader.mostAcross).contains(width), (1...JPEGHeader.mostAcross).contains(height),
            width * height <= JPEGHeader.mostPixels
        else { throw .dimensions(width: width, height: height) }
        var names: [UInt8] = []
        var factors: [(across: Int, down: Int)] = []
        for index in 0..<Int(components) {
            let place = start + 6 + 3 * index
            names.append(bytes[place])
            factors.append((Int(bytes[place + 1] >> 4), Int(bytes[place + 1] & 15)))
        }
        self.names = names
        sampling = try Self.sampling(factors)
        unit = (8 * factors[0].across, 8 * factors[0].down)
    }

    private static func sampling(_ factors: [(across: Int, down: Int)]) throws(JPEGError) -> JPEGHeader.Sampling {
        let luma = factors[0]
        for factor in factors {
            guard (1...4).contains(factor.across), (1...4).contains(factor.down) else { throw .sampling }
        }
        if factors.count == 1 { return .grey }
        let chroma = factors[1]
        guard factors[2] == chroma, luma.across % chroma.across == 0, luma.down % chroma.down == 0
        else { throw .sampling }
        switch (luma.across / chroma.across, luma.down / chroma.down) {
        case (1, 1): return .s444
        case (2, 1): return .s422
        case (2, 2): return .s420
        default: throw .sampling
        }
    }
}
