import BundleFormat
import Control
import JOSE
import Journal
import KeyLink
import Linux
import Outbox
import V4L2

extension Station {
    /// Every check with one line, and how to mend what is wrong.
    func doctor() -> JSONObject {
        openVault()
        var checks: [JSON] = []
        func check(_ name: String, _ fault: Refusal?, fine: String) {
            checks.append(
                .object([
                    "name": .string(name), "state": .string(fault == nil ? "ok" : "fail"),
                    "line": .string(fault?.line ?? fine), "mend": .string(fault?.hint ?? ""),
                ]))
        }
        let sight: Sight = state.withLock { self.sight(&$0) }
        // First, since it asks the TPM.
        let epoch = sight.vault ?? epochFault(sight.epoch)
        check("keys and journal", sight.vault ?? keysFault(), fine: "the TPM answers, the journal verifies")
        check("epoch", epoch, fine: "the disk is as new as the TPM remembers")
        check("enrolment", sight.enrolment, fine: "the clinic has approved this station")
        check("recovery", sight.recovery, fine: "the clinic can let this station go on after another mainboard")
        check("status lists", sight.lists, fine: "the clinic's status lists are here")
        check("outbox", sight.outbox, fine: "every bundle is whole")
        check("delivery", delivery().refusal, fine: "nothing keeps bundles from the clinic's store")
        check("disk", sight.disk, fine: "pictures can be written, and there is room for them")
        check("clock", sight.clock, fine: "the clock is not behind what is signed and written down")
        check("detector", detectorFault(), fine: "the face detector answers")
        check("cameras", camerasFault(), fine: "\(slots.count) configured")
        if !triggers.settings.isEmpty {
            check("triggers", triggersFault(), fine: "\(triggers.settings.count) configured")
        }
        if let pod { check("pod", podFault(pod), fine: "the capture pod answers, and has no fault") }
        let scanners = scannersSight()
        check("scanners", scanners.fault, fine: scanners.fine)
        check("hibernation", hibernationFault(), fine: "no hibernation and no kernel crash dump is armed")
        return ["checks": .array(checks)]
    }

    private struct Sight: Sendable {
        var vault: Refusal?
        var enrolment: Refusal?
        var recovery: Refusal?
        var lists: Refusal?
        var outbox: Refusal?
        var disk: Refusal?
        var clock: Refusal?
        var epoch: Int64 = 0
    }

    private func sight(_ state: inout StationState) -> Sight {
        var sight = Sight()
        sight.epoch = state.ledger.epoch
        switch state.vault {
        case .closed(let refusal): sight.vault = refusal
        case .open(let open):
            do throws(Refusal) { try open.mendJournal() } catch { sight.vault = error }
            let approval = Self.approval(state.policy, open.key)
            if approval != "approved" {
                sight.enrolment = Refusal(
                    "enrolment", "the clinic has not approved this station: \(approval)",
                    hint: state.policy == nil ? "obscura enroll" : "at the clinic: obscura-clinic station approve")
            }
        }
        if let policy = state.policy, !hasEscrow(policy) {
            sight.recovery = Refusal(
                "recovery", "the clinic has no copy of the key that this station's journal is sealed under",
                hint: "at the clinic: a policy with recovery recipients")
        }
        for list in state.policy?.claims.lists ?? [] where state.lists[list.uri] == nil {
            sight.lists = Refusal("lists", "no status list has arrived from \(list.uri)", hint: "check the network")
        }
        if let alarm = state.alarms.sorted().first { sight.outbox = Refusal("alarm", alarm) }
        do throws(Refusal) { try state.requireRoom() } catch { sight.disk = error }
        do throws(OutboxError) { try state.outbox.proveWritable() } catch { sight.disk = .outbox(error) }
        let clock = state.clock()
        if clock.isBelowFloor { sight.clock = .consent(.clockBelowFloor(clock.realtime, floor: clock.floor)) }
        for name in (try? state.outbox.bundles()) ?? [] {
            do throws(OutboxError) { _ = try state.outbox.check(name) } catch { sight.outbox = .outbox(error) }
        }
        return sight
    }

    private func epochFault(_ known: Int64) -> Refusal? {
        do {
            let current = Int64(clamping: try askKeys { keys throws(KeyLinkError) in try keys.epoch() })
            guard current > known, known != 0 else { return nil }
            return Refusal(
                "epoch", "this disk is older than the TPM remembers", hint: "obscura enroll --recover")
        } catch { return .keys(error) }
    }

    private func detectorFault() -> Refusal? {
        hasDetector()
            ? nil : Refusal("detector", "the face detector does not answer", hint: "systemctl status obscura-detect")
    }

    /// What keeps a camera that is plugged in from being used; one that is not is nobody's fault.
    private func camerasFault() -> Refusal? {
        guard !slots.isEmpty || !configuration.scanners.isEmpty else {
            return Refusal("cameras", "no camera is configured", hint: "obscura devices")
        }
        let found = Self.devicesFound()
        let rules = state.withLock { CameraRules($0) }
        return slots.lazy.map { self.sight(of: $0, among: found, rules) }.filter { $0.device != nil }
            .compactMap(\.missing.first).first
    }

    /// Pictures in memory would be written to the disk by either.
    private func hibernationFault() -> Refusal? {
        memoryCanReachDisk().map { Refusal("hibernation", $0, hint: "turn it off") }
    }
}

/// Why the kernel could write this process's memory to a disk, or nil.
///
/// Swap is closed by mlockall and the unit's MemorySwapMax; a hibernation image and a crash dump hold all memory.
func memoryCanReachDisk() -> String? {
    func word(_ path: String) -> String {
        guard let file = try? openForReading(path), let bytes = try? readAll(from: file, bound: 256) else { return "" }
        return String(decoding: bytes.trimmed, as: UTF8.self)
    }
    if word("/sys/kernel/kexec_crash_loaded") == "1" { return "a kernel crash dump is armed" }
    let resume = word("/sys/power/resume")
    if !resume.isEmpty, resume != "0:0" { return "hibernation is set up" }
    return nil
}
