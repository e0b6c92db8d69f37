import BundleFormat
import Camera
import Consent
import Control
import JOSE
import Linux
import PodCore
import V4L2

/// Whose visit it is, and which of its sites is next: what lets a pedal do without a keyboard.
struct VisitTurn: Sendable, Equatable {
    /// The user who opened the session: what is pressed in it counts as asked for by them.
    let opener: UInt32
    /// Of its token: what the journal knows the visit by.
    let consent: Digest
    /// Nanoseconds of CLOCK_MONOTONIC: what was pressed before is of no visit, or of another patient's.
    let began: Int64
    /// Of the consent's sites, counted from 0.
    var place = 0
}

extension Station {
    /// Takes what is pressed, one after the other; never returns.
    func serveTriggers() {
        while true { take(triggers.next()) }
    }

    func take(_ press: Press) {
        let name = press.trigger.name
        guard !press.isStale else { return triggers.count(name, \.lost) }
        guard let turn = state.withLock({ $0.turn }), press.at >= turn.began else {
            return triggers.count(name, \.ignored)
        }
        do throws(Refusal) {
            let wish = try wish(for: press.trigger)
            let answer = try capture(wish, caller: turn.opener, by: press)
            guard answer == nil else { return triggers.count(name, \.taken) }
        } catch {
            // A hold asks for no picture, so none was refused.
            guard press.isHeld() else {
                triggers.count(name, \.refused)
                return sound(.refused(error))
            }
        }
        do throws(Refusal) {
            _ = try choose(site: nil)
            triggers.count(name, \.moved)
        } catch { triggers.count(name, \.ignored) }
    }

    /// The shot that a trigger means now.
    private func wish(for trigger: TriggerSetting) throws(Refusal) -> ShotWish {
        if let modality = trigger.modality { return ShotWish(modality: "\(modality)", camera: trigger.camera) }
        let modality = try openingCameras { () throws(Refusal) in try taken(by: trigger) }
        return ShotWish(modality: "\(modality)", camera: trigger.camera)
    }

    /// What the consent and the cameras that may be meant have in common.
    private func taken(by trigger: TriggerSetting) throws(Refusal) -> Modality {
        let began = visitNumber
        let scope = state.withLock { $0.session.visit?.token.scope.modalities }
        guard let scope else { throw .consent(.noSession) }
        let slots = try trigger.camera.map { name throws(Refusal) in [try slot(named: name)] } ?? slots
        // What a camera takes is known when it is there.
        try power(slots, in: began) { () throws(Refusal) in try mayLook(with: slots) }
        let rules = state.withLock { CameraRules($0) }
        let found = Self.devicesFound()
        let fitting = slots.flatMap { sight(of: $0, among: found, rules).profile.modalities }.filter(scope.contains)
        guard let modality = fitting.first, fitting.allSatisfy({ $0 == modality }) else {
            throw Refusal(
                "trigger-modality", "trigger \(trigger.name) could take more than one kind of picture, or none",
                hint: "camera or modality in its table of /etc/obscura/obscura.toml")
        }
        return modality
    }

    /// Chooses the site of the next shots: the named one, or the one after the present one.
    func choose(site name: String?) throws(Refusal) -> JSONObject {
        let answer = try state.withLock { state throws(Refusal) -> JSONObject in
            guard var turn = state.turn, let sites = state.session.visit?.token.scope.sites else {
                throw .consent(.noSession)
            }
            if let name {
                let site = try Self.site(name)
                guard let place = sites.firstIndex(of: site) else { throw .consent(.site(site)) }
                turn.place = place
            } else {
                turn.place = (turn.place + 1) % sites.count
            }
            state.turn = turn
            return ["site": .string("\(sites[turn.place])"), "sites": .strings(sites.map(\.description))]
        }
        sound(.nextSite)
        return answer
    }
}

extension Station {
    /// Hears what is pressed from now on, where anything is configured.
    func startTriggers() throws(SystemCallError) {
        if let speaker { try startThread { speaker.run() } }
        guard !triggers.settings.isEmpty else { return }
        try startThread { self.serveTriggers() }
        // Made here, so that a station that cannot hear its pedal does not start.
        let listener = ListenerBox(try TriggerListener(self))
        try startThread { listener.listener.run() }
    }

    /// Why a trigger is not heard, or nil.
    func triggersFault() -> Refusal? {
        notePodTriggers()
        for setting in triggers.settings {
            switch triggers.tally(of: setting.name).standing {
            case .ready, .resting: continue
            case .absent where setting.isOnPod:
                return Refusal(
                    "trigger-absent", "trigger \(setting.name): the capture pod is not there",
                    hint: "plug the pod in: obscura pod status")
            case .absent:
                return Refusal(
                    "trigger-absent", "trigger \(setting.name): nothing is plugged in where it should be",
                    hint: "plug it in; ports: grep . /sys/class/input/event*/device/phys")
            case .denied:
                return Refusal(
                    "trigger-denied", "trigger \(setting.name): the station may not open the device",
                    hint: "a udev rule that gives it to the group obscura-camera, as in 71-obscura.rules")
            case .failed:
                return Refusal(
                    "trigger-failed", "trigger \(setting.name): the device cannot be heard",
                    hint: "does another program hold it?")
            }
        }
        return nil
    }
}

extension Station {
    /// What is plugged into the pod is there when the pod is: nothing tells of a pedal's own plug.
    func notePodTriggers() {
        guard let pod else { return }
        let isHere = if case .here = pod.driver.view.standing { true } else { false }
        for setting in triggers.settings where setting.isOnPod {
            triggers.note(setting.name, isHere ? .ready : .absent)
        }
    }
}

/// Carries a listener onto its thread, which alone uses it.
private final class ListenerBox: @unchecked Sendable {
    let listener: TriggerListener
    init(_ listener: TriggerListener) { self.listener = listener }
}

extension StationState {
    /// The site whose turn it is; nil without a session.
    var site: Site? {
        guard let turn, let sites = session.visit?.token.scope.sites else { return nil }
        return sites[turn.place % sites.count]
    }
}
