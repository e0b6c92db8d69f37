import Control
import Linux
import Pod
import Synchronization

/// The capture pod that the configuration names: held while a visit is open, its recording lamp lit while a camera is.
final class StationPod: Sendable {
    let setting: PodSetting
    let driver: PodDriver
    /// From before the first camera of a visit is opened until all are closed.
    private let recording = Mutex<PodRecording?>(nil)
    /// The light that was asked for last; the pod turns all of them off with the recording lamp.
    let shining = Mutex<LightUse?>(nil)

    /// - Parameter presses: called for every press, with or without a visit; must not wait.
    init(_ setting: PodSetting, presses: @escaping @Sendable (PodPress) -> Void) throws(Refusal) {
        self.setting = setting
        do { driver = try PodDriver(try PodUSBDoor(setting.place), presses: presses) } catch {
            throw Refusal("pod", "the capture pod cannot be looked for: \(error)")
        }
    }

    func start() throws(Refusal) {
        do { try driver.start() } catch { throw Refusal("pod", "the capture pod cannot be looked for: \(error)") }
    }

    /// Makes sure that the recording lamp shines. Cameras that went on streaming after it had failed are closed before.
    func light(closingCameras close: () -> Void) throws(Refusal) {
        do {
            try recording.withLock { recording throws(PodError) in
                do throws(PodError) { if try Self.holds(&recording) { return } } catch { close() }
                shining.withLock { $0 = nil }
                recording = try driver.record()
            }
        } catch { throw .pod(error) }
    }

    /// - Throws: where the lamp has not shone all the time since `light`: what a camera gave meanwhile is not kept.
    func requireLight() throws(Refusal) {
        do {
            try recording.withLock { recording throws(PodError) in
                guard try Self.holds(&recording) else { throw .dark }
            }
        } catch { throw .pod(error) }
    }

    /// Whether the lamp failed while cameras were open; asked twice a second, so that no camera stays open without it.
    func hasFailed() -> Bool {
        recording.withLock { recording in
            do throws(PodError) {
                _ = try Self.holds(&recording)
                return false
            } catch { return true }
        }
    }

    /// Whether the lamp was lit and has shone ever since; a recording that it failed is over.
    private static func holds(_ recording: inout PodRecording?) throws(PodError) -> Bool {
        guard let held = recording.take() else { return false }
        try held.check()
        recording = consume held
        return true
    }

    /// The cameras are closed: so is the eye of the lamp.
    func darken() {
        recording.withLock { $0 = nil }
        shining.withLock { $0 = nil }
    }
}

extension Refusal {
    static func pod(_ error: PodError) -> Refusal {
        let hint: String =
            switch error {
            case .absent, .usb(.absent), .usb(.gone): "plug the pod in, then try again"
            case .fault(.tamper): "have the pod looked at; then close its lid, unplug it and plug it in"
            case .fault, .dark: "unplug the pod and plug it in; if it comes back, have its lamp looked at"
            case .usb(.notAllowed): "see that udev's rules are installed, then plug it in again"
            case .usb(.busy): "close the program that uses it"
            default: "unplug the pod and plug it in"
            }
        let code =
            switch error {
            case .absent, .usb(.absent), .usb(.gone): "pod-absent"
            case .fault, .dark: "pod-fault"
            default: "pod"
            }
        return Refusal(code, "the capture pod cannot be used: \(error)", hint: hint)
    }
}
