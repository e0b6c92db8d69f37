/// The descriptors of the VideoStreaming interface, with an endpoint of its own for stills where they have one.
struct StreamingDescriptors {
    let size: PictureSize
    /// Time from frame to frame in units of 100 ns.
    let interval: UInt32
    let transfer: VideoTransfer
    let still: (method: StillMethod, size: PictureSize)?

    /// All alternate settings. A host takes the video for bulk where alternate setting 0 has its endpoint.
    var bytes: [UInt8] {
        switch transfer {
        case .bulk:
            let video = endpoint(Descriptors.videoEndpoint, attributes: 2, packetSize: 512, interval: 0)
            return alternate(0, classDescriptors, endpoints: [video] + stillEndpoints)
        case .isochronous:
            // 1024 bytes once, and three times, in a microframe (USB 2.0, 9.6.6).
            let video = [0x0400, 0x1400].map {
                endpoint(Descriptors.videoEndpoint, attributes: 5, packetSize: $0, interval: 1)
            }
            return alternate(0, classDescriptors, endpoints: stillEndpoints)
                + alternate(1, [], endpoints: [video[0]] + stillEndpoints)
                + alternate(2, [], endpoints: [video[1]] + stillEndpoints)
        }
    }

    private var stillEndpoints: [[UInt8]] {
        still?.method == .third
            ? [endpoint(Descriptors.stillEndpoint, attributes: 2, packetSize: 512, interval: 0)] : []
    }

    private func alternate(_ number: UInt8, _ classDescriptors: [UInt8], endpoints: [[UInt8]]) -> [UInt8] {
        [9, 4, 1, number, UInt8(endpoints.count), 14, 2, 0, 0] + classDescriptors + endpoints.joined()
    }

    private func endpoint(_ address: UInt8, attributes: UInt8, packetSize: UInt32, interval: UInt8) -> [UInt8] {
        var bytes: [UInt8] = [7, 5, address, attributes]
        bytes.append(littleEndian: packetSize, bytes: 2)
        return bytes + [interval]
    }

    private var classDescriptors: [UInt8] {
        let format: [UInt8] = [11, 0x24, 6, 1, 1, 1, 1, 0, 0, 0, 0]
        // BT.709 primaries, transfer and SMPTE 170M matrix: what JPEG means (UVC 1.0, 3.9.2.6).
        let colour: [UInt8] = [6, 0x24, 13, 1, 1, 4]
        let behind = format + frame + stillImageFrame + colour
        var header: [UInt8] = [14, 0x24, 1, 1]
        header.append(littleEndian: UInt32(14 + behind.count), bytes: 2)
        // One button (trigger support) whose presses are events for the host; no controls a format.
        header += [Descriptors.videoEndpoint, 0, 2, still?.method.number ?? 0, 1, 1, 1, 0]
        return header + behind
    }

    private var frame: [UInt8] {
        var frame: [UInt8] = [30, 0x24, 7, 1, 0]
        frame.append(littleEndian: UInt32(size.width), bytes: 2)
        frame.append(littleEndian: UInt32(size.height), bytes: 2)
        let rate = UInt64(size.frameBytes) * 8 * 10_000_000 / UInt64(interval)
        for _ in 0..<2 { frame.append(littleEndian: UInt32(clamping: rate), bytes: 4) }
        frame.append(littleEndian: UInt32(size.frameBytes), bytes: 4)
        frame.append(littleEndian: interval, bytes: 4)
        frame.append(1)
        frame.append(littleEndian: interval, bytes: 4)
        return frame
    }

    /// One size and no compression pattern (UVC 1.1, 3.9.2.5); nothing for a camera that takes no stills.
    private var stillImageFrame: [UInt8] {
        guard let still else { return [] }
        let address =
            switch still.method {
            case .second: UInt8(0)
            case .third: Descriptors.stillEndpoint
            }
        var bytes: [UInt8] = [10, 0x24, 3, address, 1]
        bytes.append(littleEndian: UInt32(still.size.width), bytes: 2)
        bytes.append(littleEndian: UInt32(still.size.height), bytes: 2)
        return bytes + [0]
    }
}
