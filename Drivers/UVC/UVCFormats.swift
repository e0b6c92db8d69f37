import DeviceDescriptors

/// The formats of a VideoStreaming interface, as far as a still needs them (UVC 1.5, 3.9.2).
struct UVCFormats {
    struct Found {
        let format: UInt8
        let size: UInt8
        let compression: UInt8
        let endpoint: UInt8
        let frame: UInt8
        let interval: UInt32
    }

    private let descriptors: ArraySlice<RawDescriptor>

    init(_ descriptors: ArraySlice<RawDescriptor>) { self.descriptors = descriptors }

    func find(_ wish: UVCStillWish) throws(UVCError) -> Found {
        var (current, frames): (RawDescriptor?, [RawDescriptor]) = (nil, [])
        for descriptor in descriptors where descriptor.length >= 3 {
            switch descriptor.byte(2) {
            case 4, 6:
                try descriptor.require(descriptor.byte(2) == 4 ? 27 : 11)
                current = descriptor.isFormat(wish.format) ? descriptor : nil
                frames = []
            case 5, 7:
                try descriptor.require(26)
                frames.append(descriptor)
            case 3:
                guard let format = current else { continue }
                if let found = try still(descriptor, of: format, frames, wish) { return found }
            // Matching of colours follows the still; every other subtype is a format that is not looked at.
            case 13: continue
            default: current = nil
            }
        }
        throw .notOffered
    }

    private func still(
        _ descriptor: RawDescriptor, of format: RawDescriptor, _ frames: [RawDescriptor], _ wish: UVCStillWish
    ) throws(UVCError) -> Found? {
        try descriptor.require(6)
        let sizes = Int(descriptor.byte(4))
        try descriptor.require(6 + 4 * sizes)
        let compressions = descriptor.byte(5 + 4 * sizes)
        let place = (0..<sizes).first { index in
            (descriptor.pair(5 + 4 * index), descriptor.pair(7 + 4 * index)) == (wish.width, wish.height)
        }
        let usual = format.byte(format.byte(2) == 4 ? 22 : 6)
        guard let place, let frame = frames.first(where: { $0.byte(3) == usual }) ?? frames.first else { return nil }
        return Found(
            format: format.byte(3), size: UInt8(place + 1), compression: compressions > 0 ? 1 : 0,
            endpoint: descriptor.byte(3), frame: frame.byte(3),
            interval: UInt32(frame.pair(21)) | UInt32(frame.pair(23)) << 16)
    }
}

extension RawDescriptor {
    func require(_ count: Int) throws(UVCError) {
        guard length >= count else { throw .cut(subtype: length > 2 ? byte(2) : 0, length) }
    }

    func isSubtype(_ subtype: UInt8) -> Bool { length > 2 && byte(2) == subtype }

    fileprivate func isFormat(_ format: UVCFormat) -> Bool {
        switch format {
        case .mjpeg: byte(2) == 6
        case .yuy2: byte(2) == 4 && bytes.dropFirst(5).prefix(16).elementsEqual(UVCFormat.yuy2GUID)
        }
    }
}
