import Evdev
import Linux
import V4L2

/// Hears pedals, keys and cameras' buttons, on a thread of its own. It opens the devices that the configuration names and no other.
final class TriggerListener {
    private let station: Station
    private let changes: Inotify
    private var heard: [Heard] = []
    private var cameras: [HeldCamera] = []

    /// An input device that is open for a trigger.
    private final class Heard {
        let setting: TriggerSetting
        let path: String
        var device: InputDevice
        var key = DebouncedKey()
        var press: Press?
        var losses = 0
        var isGone = false

        init(_ setting: TriggerSetting, _ path: String, _ device: consuming InputDevice) {
            (self.setting, self.path) = (setting, path)
            self.device = device
        }
    }

    /// A camera's node, held open so that the kernel listens to its button; it is asked for nothing.
    private final class HeldCamera {
        let name: String
        let device: V4L2Device
        let node: Descriptor

        init(_ name: String, _ device: V4L2Device, _ node: consuming Descriptor) {
            (self.name, self.device) = (name, device)
            self.node = node
        }
    }

    init(_ station: Station) throws(SystemCallError) {
        self.station = station
        changes = try Inotify()
        // The folder of input devices comes with the first of them.
        // A node that is gone is let go at once: as long as one holds it, its driver's memory of the camera lives, and its
        // end would take the camera's stream from the driver that has it by then (uvc_delete of Linux).
        try changes.watch("/dev", for: [.created, .attributes, .deleted])
        watchInputs()
    }

    private func watchInputs() {
        _ = try? changes.watch("/dev/input", for: [.created, .attributes, .deleted])
    }

    /// Never returns.
    func run() {
        while true {
            refresh()
            do { try listen() } catch {
                tell(.standing(code: "trigger", line: "\(error)"))
                wait(milliseconds: 1000)
            }
        }
    }

    /// Waits for whatever comes first, and takes it.
    private func listen() throws(SystemCallError) {
        let desk = station.triggers
        let fixed = [(desk.listener.number, Readiness.readable), (changes.descriptor.number, .readable)]
        let ready = try poll(fixed + heard.map { ($0.device.descriptor.number, .readable) }, milliseconds: nil)
        desk.listener.silence()
        for (source, readiness) in zip(heard, ready.dropFirst(2)) where !readiness.isEmpty { hear(source) }
        heard.removeAll { $0.isGone }
        guard !ready[1].isEmpty else { return }
        if try changes.events().contains(where: { $0.name == "input" }) { watchInputs() }
    }

    private func hear(_ source: Heard) {
        let desk = station.triggers
        do {
            for edge in try source.device.edges() { take(edge, of: source) }
            let losses = source.device.losses
            if losses > source.losses { desk.count(source.setting.name, \.lost, by: losses - source.losses) }
            source.losses = losses
        } catch {
            // It was unplugged: whoever pressed it has let go.
            source.press?.note(isDown: false)
            source.isGone = true
        }
    }

    private func take(_ edge: KeyEdge, of source: Heard) {
        if case .key(_, let key?) = source.setting.source, edge.key != key { return }
        let begins = source.key.begins(edge)
        if !begins {
            source.press?.note(isDown: edge.isDown)
            return
        }
        do {
            let press = try Press(source.setting, at: edge.at)
            source.press = press
            station.triggers.put(press)
        } catch { station.triggers.count(source.setting.name, \.lost) }
    }

    /// Opens what came and closes what is not to be heard now.
    private func refresh() {
        let isOpen = station.state.withLock { $0.session.visit != nil }
        if !isOpen { cameras = [] }
        for setting in station.triggers.settings {
            switch setting.source {
            case .key(let port, _): open(setting, at: port)
            // Heard by the pod's own threads.
            case .pod: continue
            case .button(let camera):
                guard isOpen else {
                    heard.removeAll { $0.setting == setting }
                    station.triggers.note(setting.name, .resting)
                    continue
                }
                guard let bus = hold(camera) else {
                    station.triggers.note(setting.name, .absent)
                    continue
                }
                open(setting, at: "\(bus)/button")
            }
        }
    }

    private func open(_ setting: TriggerSetting, at port: String) {
        var standing = TriggerDesk.Standing.absent
        for node in InputNode.all(at: port) {
            if heard.contains(where: { $0.path == node.path }) {
                standing = .ready
                continue
            }
            do throws(InputError) {
                heard.append(Heard(setting, node.path, try InputDevice(path: node.path, port: node.port)))
                standing = .ready
            } catch {
                switch error {
                case .denied where standing == .absent: standing = .denied
                // What is gone again is looked for when the next one comes.
                case .swapped, .denied: break
                case .system: if standing != .ready { standing = .failed }
                }
            }
        }
        station.triggers.note(setting.name, standing)
    }

    /// Holds a camera's node open while a session is open.
    ///
    /// - Returns: where it is plugged in; nil where no picture could be taken with it.
    private func hold(_ name: String) -> String? {
        guard let slot = station.slots.first(where: { $0.setting.name == name }) else { return nil }
        let rules = station.state.withLock { CameraRules($0) }
        let sight = station.sight(of: slot, among: V4L2.devices(), rules)
        if let held = cameras.first(where: { $0.name == name }) {
            if held.device == sight.device { return held.device.bus }
            cameras.removeAll { $0.name == name }
        }
        guard let device = sight.device, sight.missing.isEmpty, let node = try? V4L2.hold(device) else { return nil }
        cameras.append(HeldCamera(name, device, node))
        return device.bus
    }
}
