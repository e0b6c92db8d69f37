import Control
import Linux
import Pod
import Synchronization

/// The capture pod that the configuration names: held while a visit is open, its recording lamp lit while a camera is.
final class StationPod: Sendable {
    let setting: PodSetting
    let driver: PodDriver
    private let lamp = Mutex(Lamp())
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

    private let lit = Atomic<Bool>(false)

    private struct Lamp: ~Copyable, Sendable {
        /// From before the first camera of a visit is opened until all are closed.
        var recording: PodRecording?
        /// Since when it shines, or is dark; nanoseconds of CLOCK_MONOTONIC.
        var since = Clock.monotonic()
        /// How many are about to open a camera, or have one open.
        var users = 0
    }

    /// Makes sure that the recording lamp shines. Cameras that went on streaming after it had failed are closed before.
    ///
    /// - Returns: since when it shines, and cameras on its net have power; nanoseconds of CLOCK_MONOTONIC.
    @discardableResult
    func light(closingCameras close: () -> Void) throws(Refusal) -> Int64 {
        do {
            return try lamp.withLock { lamp throws(PodError) in
                do throws(PodError) { if try holds(&lamp) { return lamp.since } } catch { close() }
                shining.withLock { $0 = nil }
                lamp.recording = try driver.record()
                lamp.since = Clock.monotonic()
                lit.store(true, ordering: .sequentiallyConsistent)
                return lamp.since
            }
        } catch { throw .pod(error) }
    }

    /// Whether the lamp was lit, and nobody has noticed that it failed; known without waiting for whoever lights it.
    var isLit: Bool { lit.load(ordering: .sequentiallyConsistent) }

    /// Since when the net is off, nanoseconds of CLOCK_MONOTONIC; nil while it is on.
    var darkSince: Int64? { lamp.withLock { $0.recording == nil ? $0.since : nil } }

    /// Whoever may open cameras says so before, and `leave` after.
    func enter() { lamp.withLock { $0.users += 1 } }

    /// - Parameter isIdle: asked where nobody else is about to open one; true turns the lamp off.
    func leave(darkIf isIdle: () -> Bool) {
        lamp.withLock { lamp in
            lamp.users -= 1
            if lamp.users == 0, isIdle() { turnOff(&lamp) }
        }
    }

    /// - Throws: where the lamp has not shone all the time since `light`: what a camera gave meanwhile is not kept.
    func requireLight() throws(Refusal) {
        do {
            try lamp.withLock { lamp throws(PodError) in
                guard try holds(&lamp) else { throw .dark }
            }
        } catch { throw .pod(error) }
    }

    /// Why the lamp failed while cameras were open, said once; asked twice a second, so that no camera stays open without it.
    func failure() -> Refusal? {
        lamp.withLock { lamp in
            do throws(PodError) {
                _ = try holds(&lamp)
                return nil
            } catch { return .pod(error) }
        }
    }

    /// Whether the lamp was lit and has shone ever since; a recording that it failed is over.
    private func holds(_ lamp: inout Lamp) throws(PodError) -> Bool {
        guard let held = lamp.recording.take() else { return false }
        do throws(PodError) { try held.check() } catch {
            noteDark(&lamp)
            throw error
        }
        lamp.recording = consume held
        return true
    }

    /// The cameras are closed: so is the eye of the lamp.
    func darken() { lamp.withLock { turnOff(&$0) } }

    private func turnOff(_ lamp: inout Lamp) {
        shining.withLock { $0 = nil }
        guard lamp.recording.take() != nil else { return }
        noteDark(&lamp)
    }

    /// Somebody else's lamp went off.
    func noteDark() { lamp.withLock { if $0.recording == nil { $0.since = Clock.monotonic() } } }

    private func noteDark(_ lamp: inout Lamp) {
        lamp.since = Clock.monotonic()
        lit.store(false, ordering: .sequentiallyConsistent)
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
