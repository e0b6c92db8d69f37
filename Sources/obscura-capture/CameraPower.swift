import Camera
import Consent
import Control
import Linux
import Pod
import Profiles
import V4L2

// A camera that has its power from the capture pod's net: it is there only while the recording lamp shines, so it is looked
// for after the lamp was lit, and the lamp is lit after the consent was asked.
extension Station {
    /// Nanoseconds without power in which a camera forgets what it did, and the kernel its nodes.
    private static let darkTime: Int64 = 1_000_000_000

    /// Runs what opens cameras. Where a camera fails and none is open then, the recording lamp goes off: a camera on its net
    /// starts anew with the next picture. So does a lamp that was lit for what is refused for want of a camera.
    func openingCameras<Answer>(_ body: () throws(Refusal) -> Answer) throws(Refusal) -> Answer {
        guard let pod else { return try body() }
        let wasLit = pod.isLit
        pod.enter()
        do throws(Refusal) {
            let answer = try body()
            pod.leave { false }
            return answer
        } catch {
            pod.leave { (error.isOfCamera && !wasLit || error.isCameraFailure) && areCamerasClosed }
            throw error
        }
    }

    /// Makes sure that the recording lamp shone all the while; otherwise the cameras are closed, as it does not shine now.
    func requireLight() throws(Refusal) {
        do throws(Refusal) { try pod?.requireLight() } catch {
            closeHeads()
            throw error
        }
    }

    /// A camera that is being used is not waited for.
    private var areCamerasClosed: Bool {
        slots.allSatisfy { slot in slot.head.withLockIfAvailable { $0.use == nil } ?? false }
    }

    /// The number that says whether the visit is still the one that something began in.
    var visitNumber: Int { generation.load(ordering: .sequentiallyConsistent) }

    /// Gives power to those of these cameras that have it from the pod, and waits until they are there.
    ///
    /// - Parameters:
    ///   - began: the visit's number before anything of it was asked.
    ///   - permit: throws why no picture may be taken now.
    func power(_ slots: [CameraSlot], in began: Int, permit: () throws(Refusal) -> Void) throws(Refusal) {
        let meant = slots.filter { $0.setting.power == .pod && $0.head.withLock { $0.use == nil } }
        guard let pod, !meant.isEmpty else { return }
        try permit()
        let isOver = { self.visitNumber != began }
        waitForDark(pod, isOver)
        guard !isOver() else { throw .cancelled }
        let lit = try pod.light { closeHeads() }
        wait(for: meant, poweredAt: lit) { isOver() || !pod.isLit }
        guard !isOver() else { throw .cancelled }
    }

    private func waitForDark(_ pod: StationPod, _ cancelled: () -> Bool) {
        while let since = pod.darkSince, !cancelled() {
            let left = (since + Self.darkTime - Clock.monotonic()) / 1_000_000
            guard left > 0 else { return }
            Linux.wait(milliseconds: CInt(clamping: min(left, 50)))
        }
    }

    private func wait(for slots: [CameraSlot], poweredAt moment: Int64, _ cancelled: () -> Bool) {
        let rules = state.withLock { CameraRules($0) }
        // From that moment on: beside a camera that streams, one that is not plugged in is waited for once.
        CameraNodes.wait(until: moment + CameraNodes.patience, since: moment, cancelled) {
            let found = Self.devicesFound()
            return slots.allSatisfy { sight(of: $0, among: found, rules).isWhole }
        }
    }

    /// Whether the open visit allows any picture of its present site that one of these cameras could take.
    func mayLook(with slots: [CameraSlot], as wanted: Modality? = nil) throws(Refusal) {
        let (site, scope) = state.withLock { ($0.site, $0.session.visit?.token.scope.modalities ?? []) }
        guard let site else { throw .consent(.noSession) }
        var reason = Refusal("camera-modality", "the consent covers no picture of these cameras")
        for modality in scope where !modality.isGeometry && (wanted ?? modality) == modality {
            guard slots.contains(where: { couldTake(modality, $0.setting) }) else { continue }
            do throws(Refusal) {
                _ = try previewGrant(site, modality)
                return
            } catch { reason = error }
        }
        throw reason
    }

    /// Whether what is plugged in for a camera cannot be known, because its power is off.
    func isOff(_ setting: CameraSetting) -> Bool { setting.power == .pod && !(pod?.isLit ?? false) }

    /// A camera's button is heard while the camera has power: so it has it as long as a visit may take pictures. Asked twice a
    /// second; lit on a thread of its own, since a cable may be slow. The listener hears when its node comes.
    func keepButtonsPowered() {
        guard let pod, !pod.isLit, podFault(pod) == nil else { return }
        let began = visitNumber
        guard triggers.settings.contains(where: mayPress),
            poweringButtons.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged
        else { return }
        do throws(SystemCallError) {
            try startThread { [self] in
                defer { poweringButtons.store(false, ordering: .relaxed) }
                waitForDark(pod) { visitNumber != began }
                if visitNumber == began { _ = try? pod.light { closeHeads() } }
            }
        } catch { poweringButtons.store(false, ordering: .relaxed) }
    }

    /// Whether it is a button that has its power from the pod, and may take a picture now.
    private func mayPress(_ trigger: TriggerSetting) -> Bool {
        guard case .button(let camera) = trigger.source,
            let slot = slots.first(where: { $0.setting.name == camera }), slot.setting.power == .pod
        else { return false }
        return (try? mayLook(with: [slot], as: trigger.modality)) != nil
    }

    /// Looks at what is plugged in while a camera has power, outside a visit too; no camera is opened for a picture.
    ///
    /// - Parameter body: receives what was found.
    func found<Answer>(
        for slot: CameraSlot, _ body: ([V4L2Device]) throws(Refusal) -> Answer
    ) throws(Refusal) -> Answer {
        let found = Self.devicesFound()
        guard let pod, slot.setting.power == .pod, !found.contains(where: slot.setting.source.fits) else {
            return try body(found)
        }
        return try alone("approve") { _ throws(Refusal) in
            let began = visitNumber
            waitForDark(pod) { visitNumber != began }
            guard let trial = pod.driver.beginTrial() else {
                // The pod is a visit's.
                let wasLit = pod.isLit
                pod.enter()
                defer { pod.leave { !wasLit && areCamerasClosed } }
                try power([slot], in: began) { () throws(Refusal) in try mayLook(with: [slot]) }
                return try body(Self.devicesFound())
            }
            defer {
                pod.driver.endSession(of: trial)
                pod.noteDark()
            }
            return try look(for: slot, while: try pod.lit(in: trial), body) { pod.driver.isHeld(by: trial) }
        }
    }

    private func look<Answer>(
        for slot: CameraSlot, while lamp: borrowing PodRecording,
        _ body: ([V4L2Device]) throws(Refusal) -> Answer, isHeld: () -> Bool
    ) throws(Refusal) -> Answer {
        wait(for: [slot], poweredAt: Clock.monotonic()) { !isHeld() }
        guard isHeld() else {
            throw Refusal("session-open", "a visit has begun, and took the capture pod", hint: "try again after it")
        }
        return try body(Self.devicesFound())
    }
}

extension StationPod {
    fileprivate func lit(in trial: UInt32) throws(Refusal) -> PodRecording {
        do { return try driver.record(in: trial) } catch { throw .pod(error) }
    }
}

extension CameraSetting {
    /// What a shot says of a camera that nothing was found for.
    var absence: Refusal {
        guard power == .pod else { return .camera(.driver(.absent(source.name))) }
        return Refusal(
            "camera-absent", "camera \(source.name) is not there, although the capture pod gives it power",
            hint: "see that its cables are plugged in, then try again")
    }
}

extension Refusal {
    static var cancelled: Refusal { Refusal("cancelled", "the session ended before a picture was taken") }

    /// Whether it is for want of a camera that can be used.
    fileprivate var isOfCamera: Bool { code.hasPrefix("camera") || code == "trigger-modality" }

    /// Whether a camera that was asked for a picture failed, or did not come.
    fileprivate var isCameraFailure: Bool {
        let choice: Set = [
            "camera-unknown", "camera-unclear", "camera-modality", "camera-unapproved", "camera-swapped",
            "camera-policy", "camera-profile", "camera-calibration", "camera-no-live-view",
        ]
        return code.hasPrefix("camera") && !choice.contains(code)
    }

    /// - Parameter name: a camera whose lamp went off while it was looked for.
    static func off(_ name: String) -> Refusal {
        Refusal(
            "camera-off", "camera \(name) has no power: it has it from the capture pod, with the recording lamp",
            hint: "try again; obscura pod status")
    }
}

/// How many of the configured cameras are there.
struct CameraCount: Sendable {
    var present = 0
    /// Those that have no power now; whether they are there cannot be known.
    var off = 0
}
