import BundleFormat
import Camera
import Control
import JOSE
import Journal
import Linux
import V4L2

extension Station {
    func status() -> JSONObject {
        openVault()
        // Asked before the station's lock is taken: nothing that could wait belongs under it.
        let detector = hasDetector() ? "ready" : "absent"
        let fault = keysFault()
        let cameras = seenCameras()
        let delivery = delivery().object
        let scanners = scannerObjects()
        notePodTriggers()
        var answer = state.withLock { state -> JSONObject in
            let ledger = state.ledger
            let waiting = ledger.waiting
            let oldest = waiting.map(\.since).min().map { max(0, Now.seconds() - $0) } ?? 0
            return [
                "station": .string("\(configuration.station)"), "mode": .string(configuration.mode.rawValue),
                "version": .string(Self.version), "keys": .object(keysObject(state, fault)),
                "policy": .object([
                    "version": .integer(ledger.policyVersion), "station": .string(approvalText(state)),
                ]),
                "session": .object(sessionObject(state)), "epoch": .integer(ledger.epoch),
                "queue": .object([
                    "waiting": .integer(Int64(waiting.count)), "oldest_seconds": .integer(oldest),
                    "bytes": .integer(waiting.reduce(0) { $0 + $1.commitment.size }),
                ]),
                "delivery": .object(delivery), "disk": .object(diskObject(state)), "clock": .object(clockObject(state)),
                "last_receipt": .integer(state.newestReceipt),
                "cameras": .object([
                    "configured": .integer(Int64(slots.count)), "present": .integer(Int64(cameras.present)),
                    "off": .integer(Int64(cameras.off)),
                ]),
                "scanners": .array(scanners), "triggers": .array(triggers.objects),
                "shots": .integer(ledger.counts.shots), "retired": .integer(ledger.counts.retired),
                "delivered": .integer(ledger.delivered),
                "voided": .integer(ledger.counts.voided), "refusals": .integer(ledger.counts.refusals),
                "alarms": .strings(state.alarms.sorted()), "detector": .string(detector),
            ]
        }
        if let pod { answer.set("pod", .object(pod.object)) }
        return answer
    }

    private func diskObject(_ state: borrowing StationState) -> JSONObject {
        let free = (try? state.outbox.free()) ?? 0
        return ["free_bytes": .integer(free), "room": .bool(free >= StationState.headroom)]
    }

    private func clockObject(_ state: borrowing StationState) -> JSONObject {
        let clock = state.clock()
        return ["now": .integer(clock.realtime), "sound": .bool(!clock.isBelowFloor)]
    }

    /// Looked at no more than every ten seconds: asking a camera what it is wakes it up.
    private func seenCameras() -> CameraCount {
        camerasSeen.withLock { seen in
            let now = Clock.boottime()
            if let seen, now - seen.time < 10_000_000_000 { return seen.cameras }
            let found = Self.devicesFound()
            var cameras = CameraCount()
            for setting in slots.map(\.setting) {
                let isPresent = ([setting.source] + setting.nodes.map(\.source)).allSatisfy { source in
                    if case .replay = source { true } else { found.contains(where: source.fits) }
                }
                if isPresent { cameras.present += 1 } else if isOff(setting) { cameras.off += 1 }
            }
            seen = (now, cameras)
            return cameras
        }
    }

    private func keysObject(_ state: borrowing StationState, _ fault: Refusal?) -> JSONObject {
        switch state.vault {
        case .closed(let refusal):
            ["state": .string(refusal.code), "origin": .string("-"), "fingerprint": .string("-")]
        case .open(let open):
            [
                "state": .string(fault?.code ?? (open.journal.isCut ? "disk" : "ready")),
                "origin": .string(open.identity.holder.rawValue),
                "fingerprint": .string(open.key.fingerprint.hex),
            ]
        }
    }

    private func approvalText(_ state: borrowing StationState) -> String {
        switch state.vault {
        case .closed: "unknown"
        case .open(let open): Self.approval(state.policy, open.key)
        }
    }

    private func sessionObject(_ state: borrowing StationState) -> JSONObject {
        guard let visit = state.session.visit else { return ["state": .string("closed")] }
        return [
            "state": .string("open"), "kind": .string(visit.token.kind),
            "shots": .integer(Int64(state.sessionShots.count)),
            "frames_left": .integer(visit.token.scope.maxFrames - state.framesTaken(visit.token)),
            "site": .string(state.site.map { "\($0)" } ?? ""),
        ]
    }

    func queue() -> JSONObject {
        state.withLock { state in
            let bundles = state.ledger.held.sorted { $0.key < $1.key }.map { sequence, held -> JSON in
                let word = held.stored != nil ? "stored" : held.released ? "sending" : "waiting for the visit's end"
                return .object([
                    "seq": .integer(sequence), "bundle": .string(held.commitment.bundle),
                    "bytes": .integer(held.commitment.size), "state": .string(word),
                    "age_seconds": .integer(max(0, Now.seconds() - held.since)),
                    "sha256": .string(held.commitment.file.hex),
                ])
            }
            return ["bundles": .array(bundles)]
        }
    }

    func journal(last: Int64) throws(Refusal) -> JSONObject {
        try state.withLock { state throws(Refusal) in
            let open = try state.opened()
            do throws(JournalError) {
                let records = try open.journal.last(Int(clamping: max(1, min(last, 1000))), stateKey: open.stateKey)
                return [
                    "head": .string(open.journal.head.hex), "records": .array(records.map { .object($0.object) }),
                ]
            } catch { throw .journal(error) }
        }
    }
}
