import CV4L2
import Linux

/// User controls of a device by the names that the driver gives them (`v4l2-ctl --list-ctrls` shows them).
enum V4L2Controls {
    private static let bound = 256

    static func list(_ device: borrowing Descriptor) -> [String: obscura_v4l2_control] {
        var controls: [String: obscura_v4l2_control] = [:]
        var id = UInt32(0)
        for _ in 0..<bound {
            var control = obscura_v4l2_control()
            guard unsafe obscura_v4l2_next_control(device.number, id, &control) == 0, control.id > id else { break }
            id = control.id
            if control.flags & UInt32(OBSCURA_V4L2_CONTROL_DISABLED) == 0 {
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
    /// - Throws: `control(name)` where it is not there, does not take the value or answers another.
    static func lock(_ device: borrowing Descriptor, _ values: [String: Int64]) throws(V4L2Error) {
        guard !values.isEmpty else { return }
        let known = list(device)
        let order = values.sorted { (isAutomatic($0.key) ? 0 : 1, $0.key) < (isAutomatic($1.key) ? 0 : 1, $1.key) }
        for (name, value) in order {
            guard let control = known[name], (control.minimum...control.maximum).contains(value) else { throw .control(name) }
            var back = Int64(0)
            guard obscura_v4l2_set_control(device.number, control.id, value) == 0,
                unsafe obscura_v4l2_get_control(device.number, control.id, &back) == 0, back == value
            else { throw .control(name) }
        }
    }

    private static func isAutomatic(_ name: String) -> Bool { name.contains("Auto") }

    static func read(_ device: borrowing Descriptor) -> [String: Int64] {
        var values: [String: Int64] = [:]
        for (name, control) in list(device) {
            var value = Int64(0)
            // Integer, boolean, menu (types 1 to 3): what a shot's record can hold.
            if (1...3).contains(control.type), unsafe obscura_v4l2_get_control(device.number, control.id, &value) == 0 {
                values[name] = value
            }
        }
        return values
    }
}
