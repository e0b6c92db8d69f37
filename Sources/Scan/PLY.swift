extension MeshFacts {
    /// Looks at a PLY file, text or binary in either order of bytes: every number of it.
    package init(ply bytes: Span<UInt8>) throws(ScanFault) {
        try checkSize(bytes)
        let header = try PLYHeader(bytes)
        switch header.format {
        case .text: try Self.checkText(bytes, header)
        case .little: try Self.checkBinary(bytes, header, isBig: false)
        case .big: try Self.checkBinary(bytes, header, isBig: true)
        case nil: throw .notOfFormat
        }
        (points, faces, files) = (header.pointCount, header.faceCount, header.files)
    }

    private static func checkBinary(_ bytes: Span<UInt8>, _ header: PLYHeader, isBig: Bool) throws(ScanFault) {
        var reader = BinaryReader(place: header.end, isBig: isBig)
        for element in header.elements {
            for _ in 0..<element.count {
                for property in element.properties {
                    let place = reader.place
                    guard let list = property.list else {
                        try checkValue(try reader.next(property.scalar, in: bytes), at: place)
                        continue
                    }
                    let length = try reader.next(list, in: bytes)
                    guard let length = Self.length(length, property) else { throw .numberAt(place) }
                    for _ in 0..<length {
                        let place = reader.place
                        let value = try reader.next(property.scalar, in: bytes)
                        if property.isCorners {
                            guard (0..<Double(header.pointCount)).contains(value) else { throw .indexAt(place) }
                        } else {
                            try checkValue(value, at: place)
                        }
                    }
                }
            }
        }
        guard reader.place == bytes.count else { throw .trailing(bytes.count - reader.place) }
    }

    private static func checkText(_ bytes: Span<UInt8>, _ header: PLYHeader) throws(ScanFault) {
        var lines = TextLines(from: header.end, number: header.lineCount)
        for element in header.elements {
            for _ in 0..<element.count {
                guard var words = try lines.next(in: bytes) else { throw .truncated }
                for property in element.properties {
                    guard let list = property.list else {
                        try words.value(property.scalar, in: bytes)
                        continue
                    }
                    guard let length = Self.length(try words.value(list, in: bytes), property) else {
                        throw .number(line: words.line)
                    }
                    for _ in 0..<length {
                        let value = try words.value(property.scalar, in: bytes)
                        guard !property.isCorners || (0..<Double(header.pointCount)).contains(value) else {
                            throw .index(line: words.line)
                        }
                    }
                }
                try words.finish(in: bytes)
            }
        }
        while var words = try lines.next(in: bytes) { try words.finish(in: bytes) }
    }

    /// A face has three corners at least; no list is longer than any line.
    private static func length(_ value: Double, _ property: PLYHeader.Property) -> Int? {
        guard (property.isCorners ? 3...1024 : 0...1024).contains(value) else { return nil }
        return Int(value)
    }

    private static func checkValue(_ value: Double, at place: Int) throws(ScanFault) {
        // An unsigned number of 32 bits may be a mark rather than a coordinate.
        guard value.magnitude <= max(ScanBounds.coordinate, Double(UInt32.max)) else { throw .numberAt(place) }
    }
}

extension Words {
    @discardableResult
    fileprivate mutating func value(_ scalar: PLYHeader.Scalar, in bytes: Span<UInt8>) throws(ScanFault) -> Double {
        let value = try number(in: bytes)
        guard !scalar.isWhole || value == value.rounded() else { throw .number(line: line) }
        return value
    }
}

private struct BinaryReader {
    private(set) var place: Int
    let isBig: Bool

    init(place: Int, isBig: Bool) { (self.place, self.isBig) = (place, isBig) }

    /// The value; not a number is too large for every check.
    mutating func next(_ scalar: PLYHeader.Scalar, in bytes: Span<UInt8>) throws(ScanFault) -> Double {
        guard bytes.count - place >= scalar.size else { throw .truncated }
        var bits: UInt64 = 0
        for index in 0..<scalar.size {
            bits = bits << 8 | UInt64(bytes[place + (isBig ? index : scalar.size - 1 - index)])
        }
        place += scalar.size
        let value: Double =
            switch scalar {
            case .int8: Double(Int8(truncatingIfNeeded: bits))
            case .int16: Double(Int16(truncatingIfNeeded: bits))
            case .int32: Double(Int32(truncatingIfNeeded: bits))
            case .uint8, .uint16, .uint32: Double(bits)
            case .float32: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
            case .float64: Double(bitPattern: bits)
            }
        return value.isNaN ? .infinity : value
    }
}
