import Linux

/// A message between `obscura-capture` and `obscura-still` breaks the protocol.
package enum StillFormatError: MessageFormatError, Equatable, Sendable {
    /// The message ends early or runs on, or announces more than is allowed: bytes.
    case length(Int)
    case notThisProtocol
    /// A place on the bus that no device has: numbers count from 1 to 127 (USB 2.0, 9.4.6), buses from 1.
    case place(bus: UInt8, device: UInt8)
    /// A still that no video camera gives: another method or format, or no pixels.
    case still
    /// A fault that nobody knows.
    case fault(UInt8)
    /// The answer is for another request.
    case otherRequest
}

/// A still of a video camera (UVC 1.5, 2.4.2.4), as a device profile says it.
package struct VideoStill: Sendable, Equatable {
    /// How it comes.
    package enum Method: UInt8, Sendable, CaseIterable {
        /// The stream pauses for one picture at the still's size.
        case two = 2
        /// The still comes over a pipe of its own.
        case three = 3

        /// What profiles and the index call it.
        package var name: String { "uvc-method-\(rawValue)" }
    }

    package enum Format: UInt8, Sendable {
        case mjpeg = 1
        case yuy2 = 2
    }

    package let method: Method
    package let format: Format
    package let width: UInt16
    package let height: UInt16

    package init(method: Method, format: Format, width: UInt16, height: UInt16) {
        (self.method, self.format, self.width, self.height) = (method, format, width, height)
    }
}

/// One picture is asked of the still camera at one place of the bus.
///
/// Layout, big-endian: `OSR2`, identifier (8 bytes), bus (1), device (1), method (1), format (1), width (2), height (2). The last
/// four are 0 for a camera that speaks PTP.
package struct StillRequest: Equatable, Sendable {
    package static let longestMessage = 20
    private static let name: UInt64 = 0x4F53_5232

    package let identifier: UInt64
    package let bus: UInt8
    package let device: UInt8
    /// Nil for a camera that speaks PTP.
    package let video: VideoStill?

    package init(
        identifier: UInt64, bus: UInt8, device: UInt8, video: VideoStill? = nil
    ) throws(StillFormatError) {
        guard bus >= 1, (1...127).contains(device) else { throw .place(bus: bus, device: device) }
        if let video, video.width == 0 || video.height == 0 { throw .still }
        (self.identifier, self.bus, self.device, self.video) = (identifier, bus, device, video)
    }

    package init(parsing message: Span<UInt8>) throws(StillFormatError) {
        var reader = MessageReader<StillFormatError>(message)
        guard try reader.take(4) == Self.name else { throw .notThisProtocol }
        let identifier = try reader.take(8)
        let bus = UInt8(try reader.take(1))
        let device = UInt8(try reader.take(1))
        let (method, format) = (UInt8(try reader.take(1)), UInt8(try reader.take(1)))
        let (width, height) = (UInt16(try reader.take(2)), UInt16(try reader.take(2)))
        try reader.end()
        var video: VideoStill?
        if (method, format, width, height) != (0, 0, 0, 0) {
            guard let method = VideoStill.Method(rawValue: method), let format = VideoStill.Format(rawValue: format)
            else { throw .still }
            video = VideoStill(method: method, format: format, width: width, height: height)
        }
        try self.init(identifier: identifier, bus: bus, device: device, video: video)
    }

    package var message: [UInt8] {
        var writer = MessageWriter()
        writer.put(Self.name, 4)
        writer.put(identifier, 8)
        writer.put(UInt64(bus), 1)
        writer.put(UInt64(device), 1)
        writer.put(UInt64(video?.method.rawValue ?? 0), 1)
        writer.put(UInt64(video?.format.rawValue ?? 0), 1)
        writer.put(UInt64(video?.width ?? 0), 2)
        writer.put(UInt64(video?.height ?? 0), 2)
        return writer.bytes
    }
}

/// Why there is no picture.
package enum StillFault: UInt8, Error, Sendable, CaseIterable {
    /// libgphoto2, its driver or its port is not as it was installed.
    case driver = 1
    /// No still camera is there any more.
    case absent
    /// Another program holds the camera, or it may not be opened.
    case taken
    /// The camera does not say that its pictures go to the host.
    case target
    /// The camera is set to raw pictures.
    case quality
    /// The camera does not say who it is.
    case unnamed
    /// Its card holds more files than can be looked through.
    case crowded
    /// No picture came in time.
    case late
    /// The picture was on the card; it was deleted there.
    case card
    /// A picture stayed on the card.
    case kept
    /// What came is no picture of its format, or not all of one.
    case picture
    /// The picture is larger than is taken.
    case large
    /// The camera broke its protocol.
    case wire
    /// This process may not open the camera's node.
    case denied
    /// The camera offers no such still.
    case offer
}

/// Who the camera says it is, in its own words: at most 64 bytes each, cleaned by whoever shows them.
package struct StillName: Equatable, Sendable {
    package static let bound = 64

    package let manufacturer: [UInt8]
    package let model: [UInt8]
    package let serial: [UInt8]
    package let version: [UInt8]

    /// Cuts what is longer.
    package init(
        manufacturer: some Sequence<UInt8>, model: some Sequence<UInt8>, serial: some Sequence<UInt8>,
        version: some Sequence<UInt8>
    ) {
        func cut(_ text: some Sequence<UInt8>) -> [UInt8] { Array(text.prefix(Self.bound)) }
        self.manufacturer = cut(manufacturer)
        self.model = cut(model)
        self.serial = cut(serial)
        self.version = cut(version)
    }

    fileprivate var texts: [[UInt8]] { [manufacturer, model, serial, version] }
}

/// What `obscura-still` answers. After a picture's message comes a memory file that holds exactly its bytes.
///
/// Layout, big-endian: `OSA1`, the request's identifier (8 bytes), fault (1, 0 for none); for a fault the camera's own words,
/// for a picture its length in bytes (4), then manufacturer, model, serial and version. Each text: length (1), bytes.
package struct StillAnswer: Equatable, Sendable {
    package enum Outcome: Equatable, Sendable {
        case picture(bytes: Int, StillName)
        /// - words: what the camera said, as it said it; often nothing.
        case fault(StillFault, words: [UInt8])
    }

    /// Bytes of a picture at most: more than a camera of a hundred megapixels makes of a JPEG.
    package static let mostBytes = 64 << 20
    package static let longestMessage = 17 + 4 * (1 + StillName.bound)
    private static let protocolName: UInt64 = 0x4F53_4131

    package let identifier: UInt64
    package let outcome: Outcome

    package init(identifier: UInt64, outcome: Outcome) { (self.identifier, self.outcome) = (identifier, outcome) }

    /// Reads an answer and believes it only where it can be one to `request`.
    package init(parsing message: Span<UInt8>, to request: StillRequest) throws(StillFormatError) {
        var reader = MessageReader<StillFormatError>(message)
        guard try reader.take(4) == Self.protocolName else { throw .notThisProtocol }
        identifier = try reader.take(8)
        guard identifier == request.identifier else { throw .otherRequest }
        let code = UInt8(try reader.take(1))
        if code == 0 {
            let count = Int(try reader.take(4))
            guard (1...Self.mostBytes).contains(count) else { throw .length(count) }
            let name = StillName(
                manufacturer: try reader.takeText(bound: StillName.bound),
                model: try reader.takeText(bound: StillName.bound), serial: try reader.takeText(bound: StillName.bound),
                version: try reader.takeText(bound: StillName.bound))
            outcome = .picture(bytes: count, name)
        } else {
            guard let fault = StillFault(rawValue: code) else { throw .fault(code) }
            outcome = .fault(fault, words: try reader.takeText(bound: StillName.bound))
        }
        try reader.end()
    }

    package var message: [UInt8] {
        var writer = MessageWriter()
        writer.put(Self.protocolName, 4)
        writer.put(identifier, 8)
        switch outcome {
        case .picture(let count, let name):
            writer.put(0, 1)
            writer.put(UInt64(count), 4)
            for text in name.texts { writer.put(text: text, bound: StillName.bound) }
        case .fault(let fault, let words):
            writer.put(UInt64(fault.rawValue), 1)
            writer.put(text: words, bound: StillName.bound)
        }
        return writer.bytes
    }
}
