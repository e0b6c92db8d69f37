import BundleFormat
import Testing

@testable import Journal

private func ledger(_ events: [JournalEvent], at time: Int64 = 50) -> Ledger {
    var ledger = Ledger()
    for event in events { ledger.apply(event, at: time) }
    return ledger
}

@Suite struct `The ledger` {
    @Test func `takes a frame at the reservation and gives it back at the release`() throws {
        let consent = try digest(3)
        let opened = JournalEvent.opened(consent: consent, frames: 20, epoch: 7)
        let reserved = JournalEvent.reserved(sequence: 5, consent: consent, exposures: 2)
        let waiting = ledger([opened, reserved])
        #expect(waiting.framesTaken(consent) == 2)
        #expect(waiting.charged[consent] == nil)
        #expect(waiting.pending == [5: Ledger.Reservation(consent: consent, exposures: 2)])
        #expect(waiting.nextSequence == 6)
        let released = ledger([opened, reserved, .released(sequence: 5, reason: "stalled")])
        #expect(released.framesTaken(consent) == 0)
        #expect(released.pending.isEmpty)
        // A number is never given twice, not even after a release.
        #expect(released.nextSequence == 6)
    }

    @Test func `charges at the commit, once`() throws {
        let consent = try digest(3)
        let reserved = JournalEvent.reserved(sequence: 1, consent: consent, exposures: 2)
        let commit = JournalEvent.committed(try commitment(1))
        for events in [
            [reserved, commit], [reserved, commit, commit], [reserved, commit, .released(sequence: 1, reason: "x")],
        ] {
            let ledger = ledger(events)
            #expect(ledger.charged[consent] == 2)
            #expect(ledger.framesTaken(consent) == 2)
            #expect(ledger.counts.shots == 1)
            #expect(ledger.held[1]?.commitment == (try commitment(1)))
            #expect(ledger.held[1]?.since == 50)
            #expect(ledger.lastManifest == (try digest(0x22)))
        }
        #expect(ledger([commit]).held.isEmpty)
        #expect(ledger([reserved, .released(sequence: 1, reason: "x"), commit]).framesTaken(consent) == 0)
    }

    @Test func `counts what is charged and what is pending together, for each consent alone`() throws {
        let (one, other) = (try digest(3), try digest(4))
        let ledger = ledger([
            .reserved(sequence: 1, consent: one, exposures: 2), .committed(try commitment(1)),
            .reserved(sequence: 2, consent: one, exposures: 3), .reserved(sequence: 3, consent: other, exposures: 5),
            .reserved(sequence: 4, consent: one, exposures: 7),
        ])
        #expect(ledger.framesTaken(one) == 12)
        #expect(ledger.framesTaken(other) == 5)
        #expect(ledger.framesTaken(try digest(9)) == 0)
    }

    @Test func `tells what waits for the clinic from what is kept here after it was delivered`() throws {
        let consent = try digest(3)
        let two: [JournalEvent] = [
            .reserved(sequence: 1, consent: consent, exposures: 1), .committed(try commitment(1)),
            .reserved(sequence: 2, consent: consent, exposures: 1), .committed(try commitment(2)),
        ]
        #expect(ledger(two).waiting.count == 2)
        #expect(ledger(two).delivered == 0)
        let stored = two + [.stored(sequence: 1, receipt: try digest(8))]
        #expect(ledger(stored).waiting.map(\.commitment) == [try commitment(2)])
        #expect(ledger(stored).delivered == 1)
        let retired = stored + [.retired(sequence: 1, receipt: try digest(8))]
        #expect(ledger(retired).waiting.count == 1)
        #expect(ledger(retired).delivered == 1)
        #expect(ledger(retired + [.voided(sequence: 2, reason: "wrong side")]).waiting.isEmpty)
    }

    @Test func `keeps the charge of a shot that is voided or retired, and not its bundle`() throws {
        let consent = try digest(3)
        let shot: [JournalEvent] = [
            .reserved(sequence: 1, consent: consent, exposures: 1), .committed(try commitment(1)),
        ]
        let voided = ledger(shot + [.voided(sequence: 1, reason: "moved")])
        #expect(voided.framesTaken(consent) == 1)
        #expect(voided.held.isEmpty)
        #expect(voided.counts.voided == 1)
        let stored = ledger(shot + [.stored(sequence: 1, receipt: try digest(8))])
        #expect(stored.held[1]?.stored == 50)
        let retired = ledger(
            shot + [.stored(sequence: 1, receipt: try digest(8)), .retired(sequence: 1, receipt: try digest(8))])
        #expect(retired.framesTaken(consent) == 1)
        #expect(retired.held.isEmpty)
        #expect(retired.counts.retired == 1)
    }

    @Test func `lets bundles leave when their session ends, and only those`() throws {
        let (one, other) = (try digest(3), try digest(4))
        let first: [JournalEvent] = [
            .opened(consent: one, frames: 9, epoch: 1), .reserved(sequence: 1, consent: one, exposures: 1),
            .committed(try commitment(1)),
        ]
        #expect(ledger(first).held[1]?.released == false)
        #expect(ledger(first).openConsent == one)
        for end in [JournalEvent.closed(consent: one), .withdrawn(consent: one, destroys: false)] {
            let ended = ledger(
                first + [end, .opened(consent: other, frames: 9, epoch: 2)]
                    + [.reserved(sequence: 2, consent: other, exposures: 1), .committed(try commitment(2))])
            #expect(ended.held[1]?.released == true)
            #expect(ended.held[2]?.released == false)
            #expect(ended.openConsent == other)
            #expect(ended.epoch == 2)
        }
        #expect(ledger(first + [.withdrawn(consent: one, destroys: false)]).withdrawn == [one])
        // A shot that was on its way when the session ended goes with it.
        let late = ledger([first[0], first[1], .closed(consent: one), first[2]])
        #expect(late.held[1]?.released == true)
    }

    @Test func `dooms what a withdrawal destroys, and lets none of it leave`() throws {
        let consent = try digest(3)
        let shot: [JournalEvent] = [
            .opened(consent: consent, frames: 9, epoch: 1), .reserved(sequence: 1, consent: consent, exposures: 1),
            .committed(try commitment(1)),
        ]
        let withdrawal = JournalEvent.withdrawn(consent: consent, destroys: true)
        for events in [shot + [withdrawal], [shot[0], shot[1], withdrawal, shot[2]]] {
            let held = try #require(ledger(events).held[1])
            #expect(held.doomed)
            #expect(!held.released)
        }
        // What had left before, in a session that was closed, is the clinic's to destroy.
        let gone = ledger(
            shot + [.closed(consent: consent), .opened(consent: consent, frames: 9, epoch: 2), withdrawal])
        #expect(gone.held[1]?.doomed == false)
        #expect(gone.held[1]?.released == true)
    }

    @Test func `keeps the newest time, policy and root`() throws {
        var ledger = Ledger()
        ledger.apply(.enrolled(root: try digest(1)), at: 100)
        ledger.apply(.policyTaken(version: 3, digest: try digest(2)), at: 90)
        ledger.apply(.refused(what: "session", reason: "expired"), at: 95)
        #expect(ledger.newest == 100)
        #expect(ledger.root == (try digest(1)))
        #expect(ledger.policyVersion == 3)
        #expect(ledger.policyDigest == (try digest(2)))
        #expect(ledger.counts.refusals == 1)
    }

    @Test func `holds each camera to the device that was approved last`() {
        let first = CameraIdentity(model: "a168:0870", serial: "7", port: "usb-1")
        let second = CameraIdentity(model: "a168:0870", serial: "8", port: "usb-1")
        let both = ledger([
            .cameraApproved(name: "scope", first), .cameraApproved(name: "room", first),
            .cameraApproved(name: "scope", second),
        ])
        #expect(both.cameras == ["scope": second, "room": first])
        #expect(ledger([.cameraApproved(name: "scope", first), .cameraRevoked(name: "scope")]).cameras.isEmpty)
    }
}
