import Control
import JOSE
import Linux
import Pod
import PodCore

extension Station {
    private func configuredPod() throws(Refusal) -> StationPod {
        guard let pod else {
            throw Refusal(
                "pod-none", "no capture pod is configured", hint: "a table [pod] in /etc/obscura/obscura.toml")
        }
        return pod
    }

    /// Who the pod is, what it does, what it counted.
    func podStatus() throws(Refusal) -> JSONObject { try configuredPod().object }

    /// Why the pod keeps shots from being taken, or nil.
    func podFault(_ pod: StationPod) -> Refusal? {
        do throws(PodError) {
            try pod.driver.requireSound()
            return nil
        } catch { return .pod(error) }
    }

    /// Tries lamp, lights and tones, each for a moment, with no camera open.
    func podTest() throws(Refusal) -> JSONObject {
        let pod = try configuredPod()
        return try alone("pod-test") { _ throws(Refusal) in
            guard state.withLock({ $0.session.visit == nil }), let trial = pod.driver.beginTrial() else {
                throw Refusal("session-open", "a visit is open, and its lamp means recording", hint: "close it first")
            }
            defer {
                pod.driver.endSession(of: trial)
                pod.noteDark()
            }
            if let fault = podFault(pod) { throw fault }
            return ["checks": .array(pod.driver.check(in: trial).map { .object($0) })]
        }
    }
}

extension PodDriver {
    /// Milliseconds for which a person is shown each.
    private static let moment: CInt = 400

    /// - Parameter trial: a visit that takes the pod over ends it.
    fileprivate func check(in trial: UInt32) -> [JSONObject] {
        do throws(PodError) { return check(in: trial, with: try record(in: trial)) } catch {
            return [Self.check("recording lamp", error, "")]
        }
    }

    private func check(in trial: UInt32, with recording: borrowing PodRecording) -> [JSONObject] {
        var checks = [Self.check("recording lamp", nil, "it shines, and its current was sensed")]
        // Ultraviolet is not tried on whoever stands there.
        let channels: [(LightChannel, String)] = [
            (.crossPolarised, "cross-polarised light"), (.parallelPolarised, "parallel-polarised light"),
        ]
        for (channel, name) in channels {
            checks.append(
                Self.check(name, "it was on for a moment; look whether it was") { () throws(PodError) in
                    _ = try self.light(channel, permille: 300, in: trial)
                    wait(milliseconds: Self.moment)
                    _ = try self.light(channel, permille: 0, in: trial)
                })
        }
        for (tone, name) in [(PodTone.exposed, "exposed"), (.durable, "durable"), (.refused, "refused")] {
            checks.append(
                Self.check("tone: \(name)", "it sounded; listen whether it did") { () throws(PodError) in
                    try self.tone(tone, in: trial)
                    wait(milliseconds: Self.moment)
                })
        }
        let end = "recording lamp at the end"
        do throws(PodError) {
            try recording.check()
            checks.append(Self.check(end, nil, "it shone all the time"))
        } catch { checks.append(Self.check(end, error, "")) }
        return checks
    }

    private static func check(
        _ name: String, _ fine: String, _ body: () throws(PodError) -> Void
    ) -> JSONObject {
        do throws(PodError) {
            try body()
            return check(name, nil, fine)
        } catch { return check(name, error, "") }
    }

    private static func check(_ name: String, _ error: PodError?, _ fine: String) -> JSONObject {
        let refusal = error.map(Refusal.pod)
        return [
            "name": .string(name), "state": .string(refusal == nil ? "ok" : "fail"),
            "line": .string(refusal?.line ?? fine), "mend": .string(refusal?.hint ?? ""),
        ]
    }
}

extension StationPod {
    /// What status says of it.
    var object: JSONObject {
        let view = driver.view
        var object: JSONObject = [
            "device": .string("\(setting.place)"), "pressed": .integer(Int64(view.counts.presses)),
            "late": .integer(Int64(view.counts.late)), "lost": .integer(Int64(view.counts.lost)),
        ]
        switch view.standing {
        case .away(let error):
            object.set("state", .string("absent"))
            object.set("line", .string("\(error)"))
        case .here(let hello, let report, let isLeased):
            let state =
                switch report.standing.phase {
                case .fault: "fault"
                case .capturing: "recording"
                case .leased where isLeased: "held"
                case .leased, .idle: "ready"
                }
            object.set("state", .string(state))
            object.set("line", .string(report.standing.fault.map { "\(PodError.fault($0))" } ?? "it answers"))
            object.set("serial", .string(hello.serialText))
            object.set("firmware", .string("\(hello.firmware)"))
            object.set("unwanted", .integer(Int64(report.unwanted)))
            object.set("dropped", .integer(Int64(report.dropped)))
        }
        return object
    }
}
