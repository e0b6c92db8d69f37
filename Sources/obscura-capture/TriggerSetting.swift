import Consent
import Pod
import Profiles

/// One `[trigger.NAME]` table of the configuration: what a person presses, and what is taken then.
struct TriggerSetting: Sendable, Equatable {
    enum Source: Sendable, Equatable {
        /// The snapshot button of a camera of the configuration.
        case button(camera: String)
        /// A key of the input device at a port, or nil for any of its keys: a pedal, a keyboard.
        case key(port: String, UInt16?)
        /// What is plugged into the capture pod.
        case pod(PodPress.Source)
    }

    let name: String
    let source: Source
    /// The camera that is meant, or nil for the only one that fits.
    let camera: String?
    /// The modality that is meant, or nil for the only one that the consent and the camera have in common.
    let modality: Modality?

    /// What the shot's record calls it.
    var kind: TriggerKind {
        switch source {
        case .button: .button
        case .key: .key
        case .pod(.pedal): .pedal
        case .pod(.hand): .hand
        }
    }

    var isOnPod: Bool { if case .pod = source { true } else { false } }

    /// Whether it says when it is let go; many cameras' buttons do not.
    var tellsRelease: Bool { kind != .button }

    init(name: String, reading table: consuming TableReader) throws(TableFault) {
        var table = table
        self.name = try table.deviceName(name, of: "trigger")
        var camera = try table.string("camera")
        let (button, device, pod) = (try table.string("button"), try table.string("device"), try table.string("pod"))
        switch (button, device, pod) {
        case (.some(let button), nil, nil):
            source = .button(camera: button)
            camera = camera ?? button
        case (nil, .some(let port), nil):
            guard (1...127).contains(port.utf8.count) else {
                throw .invalid(table.key("device"), "must be a port, as usb-0000:00:14.0-2")
            }
            source = .key(port: port, try table.inputKey("key"))
        case (nil, nil, "pedal"): source = .pod(.pedal)
        case (nil, nil, "hand"): source = .pod(.hand)
        case (nil, nil, .some): throw .invalid(table.key("pod"), "must be pedal or hand")
        default:
            throw .invalid(
                "trigger.\(name)", "must have one of button (a camera), device (a port) and pod (pedal or hand)")
        }
        self.camera = camera
        modality = try table.string("modality").map { text throws(TableFault) in
            do { return try Modality(parsing: text) } catch {
                throw .invalid(table.key("modality"), "cannot be \"\(text.prefix(32))\"")
            }
        }
        try table.finish()
    }
}

extension [TriggerSetting] {
    /// All tables under `[trigger]`.
    ///
    /// - Parameters:
    ///   - cameras: the configuration's.
    ///   - pod: likewise.
    init(reading root: inout TableReader, for cameras: [CameraSetting], pod: PodSetting?) throws(TableFault) {
        self = []
        guard var table = try root.table("trigger") else { return }
        for name in table.names {
            guard let inner = try table.table(name) else { continue }
            let trigger = try TriggerSetting(name: name, reading: inner)
            if case .button(let camera) = trigger.source, !cameras.contains(where: { $0.name == camera && $0.isDevice })
            {
                throw .invalid("trigger.\(name).button", "names no camera that is plugged in: \(camera)")
            }
            if case .pod = trigger.source, pod == nil {
                throw .invalid("trigger.\(name).pod", "names the capture pod, and there is no table [pod]")
            }
            if let camera = trigger.camera, !cameras.contains(where: { $0.name == camera }) {
                throw .invalid("trigger.\(name).camera", "names no camera: \(camera)")
            }
            if let other = first(where: { $0.overlaps(trigger) }) {
                throw .invalid("trigger.\(name)", "is what trigger.\(other.name) is")
            }
            append(trigger)
        }
    }
}

extension TriggerSetting {
    /// Whether one press could be both.
    fileprivate func overlaps(_ other: TriggerSetting) -> Bool {
        switch (source, other.source) {
        case (.key(let port, let key), .key(let otherPort, let otherKey)):
            port == otherPort && (key == nil || otherKey == nil || key == otherKey)
        default: source == other.source
        }
    }
}

extension TableReader {
    /// A key by its name in linux/input-event-codes.h, or by its number; nil where none is named.
    fileprivate mutating func inputKey(_ name: String) throws(TableFault) -> UInt16? {
        guard let text = try string(name) else { return nil }
        if let number = UInt16(text), (1...0x2FF).contains(number), "\(number)" == text { return number }
        guard let number = Self.keyNames[text] else {
            throw .invalid(
                key(name), "must be a number of linux/input-event-codes.h, or KEY_ with A to Z, F1 to F24, …")
        }
        return number
    }

    private static let keyNames: [String: UInt16] = {
        // Numbers of linux/input-event-codes.h: each row of a keyboard has numbers that follow one another.
        let rows: [(keys: String, from: UInt16)] = [
            ("KEY_ESC", 1), ("KEY_1 KEY_2 KEY_3 KEY_4 KEY_5 KEY_6 KEY_7 KEY_8 KEY_9 KEY_0", 2), ("KEY_TAB", 15),
            ("KEY_Q KEY_W KEY_E KEY_R KEY_T KEY_Y KEY_U KEY_I KEY_O KEY_P", 16), ("KEY_ENTER", 28),
            ("KEY_A KEY_S KEY_D KEY_F KEY_G KEY_H KEY_J KEY_K KEY_L", 30),
            ("KEY_Z KEY_X KEY_C KEY_V KEY_B KEY_N KEY_M", 44), ("KEY_SPACE", 57),
            ("KEY_F1 KEY_F2 KEY_F3 KEY_F4 KEY_F5 KEY_F6 KEY_F7 KEY_F8 KEY_F9 KEY_F10", 59), ("KEY_F11 KEY_F12", 87),
            ("KEY_KPENTER", 96), ("KEY_HOME KEY_UP KEY_PAGEUP KEY_LEFT KEY_RIGHT KEY_END KEY_DOWN KEY_PAGEDOWN", 102),
            ("KEY_VOLUMEDOWN KEY_VOLUMEUP", 114),
            ("KEY_F13 KEY_F14 KEY_F15 KEY_F16 KEY_F17 KEY_F18 KEY_F19 KEY_F20 KEY_F21 KEY_F22 KEY_F23 KEY_F24", 183),
            ("KEY_CAMERA", 212), ("BTN_LEFT BTN_RIGHT BTN_MIDDLE", 272),
        ]
        var names: [String: UInt16] = [:]
        for row in rows {
            for (place, name) in row.keys.split(separator: " ").enumerated() {
                names[String(name)] = row.from + UInt16(place)
            }
        }
        return names
    }()
}
