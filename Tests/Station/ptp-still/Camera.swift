/// What the camera does wrong, until it is told otherwise.
enum Fault: String, CaseIterable {
    /// The next data phase stalls, once.
    case stall
    /// A picture's container announces a thousand bytes more than come.
    case wrongLength = "wrong-length"
    /// Half of a picture comes, in a container that says so; its ObjectInfo says all of it.
    case truncated
    /// Twice as many bytes as the host asked for.
    case babble
    /// The capture target is taken and stays the card.
    case target
    /// Pictures go to the card, whatever the target says.
    case card
    /// Pictures go to the host, and one more of each to the card.
    case keeps
    /// A picture is never announced.
    case silent
    /// The picture is no JPEG.
    case foreign
    /// The camera takes raw pictures beside its JPEGs.
    case raw
}

/// Who the camera is.
struct Identity {
    var manufacturer = "Obscura"
    var model = "Simulated still"
    var version = "1.0"
    var serial = "0001"
    /// Without the vendor's extension there is no capture target, and pictures go to the card.
    var generic = false
}

/// One step of an operation's answer.
struct Outcome {
    var code: UInt16
    var parameters: [UInt32] = []
    var data: [UInt8]?

    static let ok = Outcome(code: 0x2001)
    static func refused(_ code: UInt16) -> Outcome { Outcome(code: code) }
    static func data(_ bytes: [UInt8]) -> Outcome { Outcome(code: 0x2001, data: bytes) }
}

/// The camera behind its containers (ISO 15740): a session, a store, properties, captures. With its vendor extension it does what
/// libgphoto2 expects of a camera that can take pictures past its card.
struct Camera {
    private enum Code {
        static let compression: UInt16 = 0x5004
        static let recordingMedia: UInt16 = 0xd10b
        static let uint8: UInt16 = 0x0002
    }

    private static let standardOperations: [UInt16] = [
        0x1001, 0x1002, 0x1003, 0x1004, 0x1005, 0x1006, 0x1007, 0x1008, 0x1009, 0x100b, 0x100e, 0x1014, 0x1015, 0x1016,
    ]
    private static let vendorOperations: [UInt16] = [0x90c7, 0x90c8, 0x9207]

    let identity: Identity
    let pictures: [[UInt8]]
    var fault: Fault?
    private(set) var store: Store
    private(set) var events: [Container] = []
    private(set) var reports: [String] = []
    private var session: UInt32?
    private var taken = 0
    /// JPEG, fine; with `raw` beside it where the fault says so.
    private var compression: UInt8 { fault == .raw ? 7 : 2 }
    private var recordingMedia: UInt8 = 0
    private var vendorEvents: [(code: UInt16, parameter: UInt32)] = []

    init(identity: Identity, pictures: [[UInt8]], onCard: Int) {
        (self.identity, self.pictures) = (identity, pictures)
        store = Store(pictures: onCard, of: pictures[0])
    }

    /// The session is over, and with it what was meant for its host.
    mutating func reset() {
        _ = store.remove(Store.memoryHandle)
        session = nil
        events = []
        vendorEvents = []
        recordingMedia = 0
    }

    mutating func takeEvent() -> Container? { events.isEmpty ? nil : events.removeFirst() }

    mutating func takeReports() -> [String] {
        defer { reports = [] }
        return reports
    }

    /// Whether an operation comes with data from the host.
    static func expectsData(_ operation: UInt16) -> Bool { operation == 0x1016 }

    /// - Parameter data: what the host sent with the command; empty where it sends none.
    mutating func perform(_ command: Container, data: [UInt8]) -> Outcome {
        switch command.code {
        case 0x1001: return .data(deviceInfo)
        case 0x1002:
            guard session == nil else { return .refused(0x201e) }
            guard command.parameter(0) != 0 else { return .refused(0x201d) }
            session = command.parameter(0)
            reports.append("opened")
            return .ok
        default:
            guard session != nil else { return .refused(0x2003) }
            return performInSession(command, data)
        }
    }

    private mutating func performInSession(_ command: Container, _ data: [UInt8]) -> Outcome {
        let first = command.parameter(0)
        switch command.code {
        case 0x1003:
            reset()
            return .ok
        case 0x1004:
            var list = Dataset()
            list.put([Store.card])
            return .data(list.bytes)
        case 0x1005: return first == Store.card ? .data(storageInfo) : .refused(0x2008)
        case 0x1006:
            return Outcome(code: 0x2001, parameters: [UInt32(store.handles(parent: command.parameter(2)).count)])
        case 0x1007:
            guard first == Store.card || first == Store.all else { return .refused(0x2008) }
            var list = Dataset()
            list.put(store.handles(parent: command.parameter(2)))
            return .data(list.bytes)
        case 0x1008:
            guard let object = store.objects[first] else { return .refused(0x2009) }
            return .data(object.info(parent: object.parent))
        case 0x1009:
            guard let object = store.objects[first], object.format == Store.Object.jpeg else { return .refused(0x2009) }
            reports.append("sent \(object.name)")
            return .data(fault == .truncated ? Array(object.bytes.prefix(object.bytes.count / 2)) : object.bytes)
        case 0x100b:
            guard store.remove(first) else { return .refused(0x2009) }
            reports.append("deleted")
            return .ok
        case 0x100e: return capture(toHost: false)
        case 0x1014, 0x1015:
            guard let property = property(UInt16(truncatingIfNeeded: first)) else { return .refused(0x200a) }
            return .data(command.code == 0x1014 ? property.description : [property.value])
        case 0x1016: return set(UInt16(truncatingIfNeeded: first), to: data)
        case 0x90c7 where !identity.generic: return .data(takeVendorEvents())
        case 0x90c8 where !identity.generic: return .ok
        case 0x9207 where !identity.generic: return capture(toHost: command.parameter(1) == 1)
        default: return .refused(0x2005)
        }
    }

    private mutating func capture(toHost: Bool) -> Outcome {
        var picture = pictures[taken % pictures.count]
        if fault == .foreign { picture.replaceSubrange(0..<2, with: [0x4d, 0x4d]) }
        taken += 1
        reports.append("exposed \(taken)")
        if toHost, fault != .card {
            let handle = store.hold(picture)
            if fault == .keeps { _ = store.add(picture) }
            announce([(0xc101, handle), (0xc102, 0)], vendor: true)
        } else {
            announce([(0x4002, store.add(picture)), (0x400d, 0)], vendor: !identity.generic)
        }
        return .ok
    }

    private mutating func announce(_ list: [(code: UInt16, parameter: UInt32)], vendor: Bool) {
        guard fault != .silent else { return }
        if vendor {
            vendorEvents += list
        } else {
            events += list.map { Container(.event, $0.code, 0xffff_ffff, parameters: [$0.parameter]) }
        }
    }

    private mutating func takeVendorEvents() -> [UInt8] {
        defer { vendorEvents = [] }
        var list = Dataset()
        list.put(UInt16(vendorEvents.count))
        for event in vendorEvents {
            list.put(event.code)
            list.put(event.parameter)
        }
        return list.bytes
    }

    private func property(_ code: UInt16) -> (value: UInt8, description: [UInt8])? {
        let (value, choices, writable): (UInt8, [UInt8], Bool)
        switch code {
        case Code.compression: (value, choices, writable) = (compression, [0, 1, 2, 4, 7], false)
        case Code.recordingMedia where !identity.generic:
            (value, choices, writable) = (recordingMedia, [0, 1], true)
        default: return nil
        }
        // DevicePropDesc (ISO 15740, 13.3.3) with an enumeration of values.
        var description = Dataset()
        description.put(code)
        description.put(Code.uint8)
        for byte in [writable ? 1 : 0, choices[0], value, 2] as [UInt8] { description.put(byte) }
        description.put(UInt16(choices.count))
        for choice in choices { description.put(choice) }
        return (value, description.bytes)
    }

    private mutating func set(_ code: UInt16, to data: [UInt8]) -> Outcome {
        guard code == Code.recordingMedia, !identity.generic else { return .refused(0x200a) }
        guard data.count == 1, data[0] <= 1 else { return .refused(0x201c) }
        recordingMedia = fault == .target ? 0 : data[0]
        return .ok
    }

    /// DeviceInfo (ISO 15740, 5.5.2).
    private var deviceInfo: [UInt8] {
        var info = Dataset()
        info.put(UInt16(100))
        info.put(UInt32(identity.generic ? 0 : 10))
        info.put(UInt16(100))
        info.put("")
        info.put(UInt16(0))
        info.put(Self.standardOperations + (identity.generic ? [] : Self.vendorOperations))
        info.put([0x4002, 0x400d] + (identity.generic ? [] : [0xc101, 0xc102]) as [UInt16])
        info.put([Code.compression] + (identity.generic ? [] : [Code.recordingMedia]))
        info.put([Store.Object.jpeg] as [UInt16])
        info.put([Store.Object.jpeg, Store.Object.association] as [UInt16])
        for text in [identity.manufacturer, identity.model, identity.version, identity.serial] { info.put(text) }
        return info.bytes
    }

    /// StorageInfo (ISO 15740, 5.5.4): a removable card in the form of DCF.
    private var storageInfo: [UInt8] {
        var info = Dataset()
        info.put(UInt16(4))
        info.put(UInt16(3))
        info.put(UInt16(0))
        info.put(UInt64(8 << 30))
        info.put(UInt64(4 << 30))
        info.put(UInt32(1000))
        info.put("card")
        info.put("")
        return info.bytes
    }
}
