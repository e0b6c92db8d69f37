/// What the pod's rules need of a board. Nothing here may wait.
public protocol PodHardware: ~Copyable {
    /// Microseconds since the start; never goes back.
    var micros: UInt64 { mutating get }
    /// Identifies this very board.
    var serial: UInt64 { get }
    /// The level of a switch now; its edges come to `Pod.edge` with their own time.
    mutating func isPressed(_ input: PodInput) -> Bool
    /// The lid's switch.
    var isOpen: Bool { mutating get }
    /// Whether current flows through the recording lamp, as its comparator says.
    var isLampLit: Bool { mutating get }
    /// One net: recording lamp, light drivers and the camera's power, all on or all off.
    mutating func setCaptureNet(_ on: Bool)
    /// Brightness of a light in thousandths; dark without the net whatever is set.
    mutating func setLight(_ channel: LightChannel, permille: UInt16)
    /// One flash: so many microseconds from now, for so many. It ends by itself, whatever becomes of this program.
    mutating func flash(_ channel: LightChannel, delay: UInt16, width: UInt16)
    /// Sound of so many hertz; 0 is silence.
    mutating func setSound(hertz: UInt16)
    /// A lamp on the pod's face.
    mutating func setNotice(_ on: Bool)
    mutating func feedWatchdog()
    mutating func restart(_ into: PodRestart)
}

/// The words are `LOAD` and `PROG`, first letter highest, so that no zeroed or shifted message restarts a pod.
public enum PodRestart: UInt32, Sendable {
    /// The chip's own loader, which takes signed images.
    case loader = 0x4C4F_4144
    /// This program again: the one way out of a latched fault.
    case program = 0x5052_4F47
}

/// What runs.
public enum PodVersion {
    public static let major: UInt8 = 0
    public static let minor: UInt8 = 1
    public static let patch: UInt8 = 0
}
