import CV4L2
import Linux

/// User controls of a device by the names that the driver gives them (`v4l2-ctl --list-ctrls` shows them).
enum V4L2Controls {
    private static let bound = 256
    /// Integer, boolean, menu, bitmask, integer menu (`enum v4l2_ctrl_type`): what one 32-bit number holds.
    private static let numbers: Set<UInt32> = [1, 2, 3, 8, 9]

    static func list(_ device: borrowing Descriptor) -> [String: obscura_v4l2_control] {
        var controls: [String: obscura_v4l2_control] = [:]
        var id = UInt32(0)
        for _ in 0..<bound {
            var control = obscura_v4l2_control()
            guard unsafe obscura_v4l2_next_control(device.number, id, &control) == 0, control.id > id else { break }
            id = control.id
            if control.flags & UInt32(OBSCURA_V4L2_CONTROL_DISABLED) == 0, numbers.contains(control.type) {
                controls[V4L2.text(of: control.name)] = control
            }
        }
        return controls
    }

    /// Sets each control and reads it back.
    ///
    /// Automatic modes first ("Auto Exposure", "White Balance, Automatic", …): a device refuses the manual value of
    /// a control that it still drives itself.
    ///
    /// - Returns: what is held now, by the driver's names.
    /// - Throws: `control(name)` where it is not there, does not take the value or answers another.
    static func lock(_ device: borrowing Descriptor, _ locks: ControlLocks) throws(V4L2Error) -> [String: Int64] {
        guard !locks.isEmpty else { return [:] }
        let known = Dictionary(
            list(device).map { (ControlName($0.key), (name: $0.key, control: $0.value)) }, uniquingKeysWith: { $1 })
        var held: [String: Int64] = [:]
        for (name, lock) in locks.inOrder {
            guard let (said, control) = known[name] else {
                if lock.isWhereOffered { continue }
                throw .control(name.description)
            }
            var back = Int64(0)
            // Not a range: a device may well say a minimum above its maximum.
            guard control.minimum <= lock.value, lock.value <= control.maximum,
                obscura_v4l2_set_control(device.number, control.id, lock.value) == 0,
                unsafe obscura_v4l2_get_control(device.number, control.id, &back) == 0, back == lock.value
            else { throw .control(said) }
            held[said] = lock.value
        }
        return held
    }

    static func read(_ device: borrowing Descriptor) -> [String: Int64] {
        var values: [String: Int64] = [:]
        for (name, control) in list(device) {
            var value = Int64(0)
            if unsafe obscura_v4l2_get_control(device.number, control.id, &value) == 0 { values[name] = value }
        }
        return values
    }
}
