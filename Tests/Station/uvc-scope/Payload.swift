/// How the video leaves the camera.
enum VideoTransfer: String {
    case bulk, isochronous

    /// What the widest alternate setting carries in a microframe: three packets of 1024 bytes.
    static let mostIsochronous = 3072
    /// A bulk payload is never a whole number of packets, so a short packet ends it and the host sees where it ends.
    static let mostBulk = 16384 - 2

    /// What the probe control promises of pictures of this size.
    func mostPayload(of size: PictureSize) -> Int {
        switch self {
        case .bulk: size.frameBytes
        case .isochronous: Self.mostIsochronous
        }
    }

    /// Bytes of a payload in a bulk transfer of `room` bytes; a camera with isochronous video keeps its promise here too.
    func bulkPayload(room: Int) -> Int {
        switch self {
        case .bulk: min(room - 1, Self.mostBulk)
        case .isochronous: min(room - 1, Self.mostIsochronous - 2)
        }
    }
}

/// The marks in the header of a payload (UVC 1.1, 2.4.3.3).
struct PayloadHeader: OptionSet {
    /// A header without times.
    static let length = 2

    static let frameID = PayloadHeader(rawValue: 1 << 0)
    static let endOfFrame = PayloadHeader(rawValue: 1 << 1)
    static let stillImage = PayloadHeader(rawValue: 1 << 5)
    static let error = PayloadHeader(rawValue: 1 << 6)
    static let endOfHeader = PayloadHeader(rawValue: 1 << 7)

    let rawValue: UInt8

    /// - Parameter isBad: bHeaderLength says that nothing of it is there.
    func bytes(isBad: Bool = false) -> [UInt8] { [isBad ? 0 : UInt8(Self.length), union(.endOfHeader).rawValue] }
}

/// What tells one picture of an endpoint from the next: a mark that is there and not there by turns.
struct FrameID {
    private(set) var mark: PayloadHeader = []

    mutating func toggle() { mark.formSymmetricDifference(.frameID) }
}
