import DeviceDescriptors

/// Why a camera's video function is not one that a still can be taken from.
package enum UVCError: Error, Equatable, Sendable {
    /// No video function, or none that gives stills in this way.
    case noStill
    /// A class-specific descriptor has fewer bytes than its kind needs: its subtype, its bytes.
    case cut(subtype: UInt8, Int)
    /// No still of this format and size.
    case notOffered
    /// The endpoint that its descriptors name is not there, or is of another kind.
    case endpoint(UInt8)
    /// An answer of another length than the control has.
    case control(Int)
    /// The camera wants to send a picture of no bytes, or of more than is taken: bytes.
    case size(Int)
}

/// Which still it is, in the camera's numbers, and the stream that it is taken beside.
package struct UVCStill: Equatable, Sendable {
    package let wish: UVCStillWish
    /// The VideoControl interface, to which the kernel's driver belongs, and the VideoStreaming one.
    package let control: UInt8
    package let streaming: UInt8
    /// bcdUVC.
    package let version: UInt16
    /// bFormatIndex of the still and of the stream.
    let format: UInt8
    /// bFrameIndex of the still: the number of its size among those of its descriptor, from 1.
    let size: UInt8
    /// 1 where the descriptor has compressions, 0 where it has none.
    let compression: UInt8
    /// bFrameIndex of the stream: the format's default.
    let frame: UInt8
    /// The stream's default frame interval, in units of 100 ns.
    let interval: UInt32
    /// The endpoints of the stream and of the still, which method 2 has in common.
    package let videoEndpoint: UInt8
    package let stillEndpoint: UInt8
    /// Alternate settings of the streaming interface that have the video endpoint.
    let settings: [USBSetting]
}

extension UVCStill {
    /// Looks for a still that a person wants in what the camera says of itself.
    ///
    /// - Throws: `noStill`, `cut`, `notOffered`, `endpoint`.
    package init(_ wish: UVCStillWish, in descriptors: USBDescriptors) throws(UVCError) {
        let settings = descriptors.configurations.first?.settings ?? []
        for setting in settings where setting.kind.isVideo(subclass: 2) && setting.alternate == 0 {
            guard let header = setting.classSpecific.first, header.isSubtype(1) else { continue }
            try header.require(13)
            guard header.byte(9) == wish.method.rawValue else { continue }
            guard let control = settings.first(where: { $0.controlHeader(of: setting.interface) != nil }),
                let version = control.controlHeader(of: setting.interface)?.pair(3)
            else { throw .noStill }
            let found = try UVCFormats(setting.classSpecific.dropFirst()).find(wish)
            let video = header.byte(6)
            let still = wish.method == .two ? video : found.endpoint
            let alternates = settings.filter { $0.interface == setting.interface && $0.has(video) }
            guard let kind = alternates.first?.endpoint(video)?.kind, kind == .bulk || kind == .isochronous,
                video >= 0x80
            else { throw .endpoint(video) }
            if wish.method == .three {
                guard still >= 0x80, still != video,
                    alternates.allSatisfy({ $0.endpoint(still)?.kind == .bulk })
                else { throw .endpoint(still) }
            }
            self.init(
                wish: wish, control: control.interface, streaming: setting.interface, version: version,
                format: found.format, size: found.size, compression: found.compression, frame: found.frame,
                interval: found.interval, videoEndpoint: video, stillEndpoint: still, settings: alternates)
            return
        }
        throw .noStill
    }

    /// The VideoControl interfaces of a device's first configuration: those that the kernel's driver looks at.
    package static func controlInterfaces(in descriptors: USBDescriptors) -> [UInt8] {
        (descriptors.configurations.first?.settings ?? []).filter(\.isVideoControl).map(\.interface)
    }

    package var isIsochronous: Bool { settings.first?.endpoint(videoEndpoint)?.kind == .isochronous }

    /// How the video endpoint is to be listened to.
    package struct Pipe: Equatable, Sendable {
        package let alternate: UInt8
        package let isIsochronous: Bool
        /// Bytes of a packet that the endpoint may send at once: all transactions of a microframe.
        package let packet: Int
    }

    /// The narrowest alternate setting whose packets hold a payload (UVC 1.5, 2.4.3); a bulk payload takes as many packets as
    /// it needs.
    ///
    /// - Throws: `endpoint` where none does, as of cameras that stream isochronously at a speed above high.
    package func pipe(for payload: Int) throws(UVCError) -> Pipe {
        let pipes = settings.compactMap { setting -> Pipe? in
            guard let endpoint = setting.endpoint(videoEndpoint) else { return nil }
            return Pipe(
                alternate: setting.alternate, isIsochronous: endpoint.kind == .isochronous,
                packet: endpoint.packet * (endpoint.kind == .isochronous ? endpoint.transactions : 1))
        }
        let sorted = pipes.sorted { $0.packet < $1.packet }
        guard let pipe = sorted.first(where: { !$0.isIsochronous || $0.packet >= payload }) else {
            throw .endpoint(videoEndpoint)
        }
        return pipe
    }
}

extension UVCStill {
    /// The most bytes of one packet of the still's bulk endpoint; 512 for method 2, which has none of its own.
    package var stillPacket: Int { settings.first?.endpoint(stillEndpoint).map { max(8, $0.packet) } ?? 512 }
}

extension USBClass {
    fileprivate func isVideo(subclass: UInt8) -> Bool { (number, self.subclass) == (14, subclass) }
}

extension USBSetting {
    fileprivate var isVideoControl: Bool { kind.isVideo(subclass: 1) && alternate == 0 }

    /// The header of the VideoControl interface that lists a streaming one (UVC 1.5, 3.7.2: baInterfaceNr); nil of any other.
    fileprivate func controlHeader(of streaming: UInt8) -> RawDescriptor? {
        guard isVideoControl, let header = classSpecific.first, header.isSubtype(1), header.length >= 12,
            header.bytes.dropFirst(12).prefix(Int(header.byte(11))).contains(streaming)
        else { return nil }
        return header
    }

    fileprivate func endpoint(_ address: UInt8) -> USBEndpoint? { endpoints.first { $0.address == address } }
    fileprivate func has(_ address: UInt8) -> Bool { endpoint(address) != nil }
}
