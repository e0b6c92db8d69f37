/// How a still leaves the camera (UVC 1.1, 2.4.2.4). Method 1 is the host's own.
enum StillMethod: String {
    /// Over the video's endpoint, which pauses the video.
    case second = "uvc-method-2"
    /// Over a bulk endpoint of its own.
    case third = "uvc-method-3"

    /// bStillCaptureMethod.
    var number: UInt8 {
        switch self {
        case .second: 2
        case .third: 3
        }
    }

    /// What VS_STILL_IMAGE_TRIGGER_CONTROL takes, and says while a still is on its way (UVC 1.1, 4.3.1.4).
    var trigger: UInt8 {
        switch self {
        case .second: 1
        case .third: 2
        }
    }
}

/// The picture that a trigger brings, cut into payloads.
struct StillCapture {
    enum State: Equatable {
        /// The host has committed to no still: a trigger means nothing.
        case uncommitted
        case idle
        /// So many bytes have gone.
        case sending(Int)
        case halted
    }

    let method: StillMethod
    let picture: Picture
    private(set) var state = State.uncommitted
    /// Stills that went to their end, or to the end that a fault made, since the camera began.
    private(set) var sent = 0

    init(method: StillMethod, picture: Picture) {
        (self.method, self.picture) = (method, picture)
    }

    var isPending: Bool {
        switch state {
        case .uncommitted, .idle: false
        case .sending, .halted: true
        }
    }

    mutating func commit() {
        if state == .uncommitted { state = .idle }
    }

    /// Takes the trigger, again if it came already.
    ///
    /// - Returns: whether the camera can.
    mutating func begin(_ frameID: inout FrameID) -> Bool {
        switch state {
        case .uncommitted, .halted: return false
        case .idle, .sending:
            abort(&frameID)
            state = .sending(0)
            return true
        }
    }

    /// Forgets what was not sent yet. Only the host ends a halt.
    mutating func abort(_ frameID: inout FrameID) {
        guard case .sending(let offset) = state else { return }
        if offset > 0 { frameID.toggle() }
        state = .idle
    }

    /// The endpoint is no longer halted; the still went with the halt.
    mutating func clearHalt(_ frameID: inout FrameID) {
        guard state == .halted else { return }
        frameID.toggle()
        state = .idle
    }

    mutating func reset() { state = .uncommitted }

    /// The next payload of at most `room` bytes; nil when the endpoint is halted.
    mutating func payload(room: Int, fault: Fault?, _ frameID: inout FrameID) -> [UInt8]? {
        guard case .sending(let offset) = state else { return nil }
        let bytes = picture.bytes
        let middle = bytes.count / 2
        if fault == .stillStall, offset >= middle {
            state = .halted
            return nil
        }
        let end =
            switch fault {
            case .stillShort: bytes.count * 2 / 3
            case .stillStall: middle
            default: bytes.count
            }
        let start = fault == .stillEndless ? offset % end : min(offset, end)
        let part = bytes[start..<min(start + room - PayloadHeader.length, end)]
        var header = frameID.mark.union(.stillImage)
        let isMiddle = (offset..<offset + part.count).contains(middle)
        if fault == .stillError, isMiddle { header.insert(.error) }
        state = .sending(offset + part.count)
        if start + part.count == end, fault != .stillEndless, fault != .stillStall {
            if fault != .stillNoEnd { header.insert(.endOfFrame) }
            (state, sent) = (.idle, sent + 1)
            frameID.toggle()
        }
        return header.bytes(isBad: fault == .stillBadHeader && isMiddle) + part
    }
}
