import Linux
import PodCore
import Synchronization

/// The capture pod of one station: looks for it, speaks with it, renews the session's lease, and says who pressed what.
///
/// A pod may be pulled and plugged in at any time, or lie; each mistake ends the conversation, and the next one begins with
/// the next news of the bus.
package final class PodDriver: Sendable {
    struct State {
        enum Standing {
            case away(PodError)
            case here(PodLine, PodReport, isLeased: Bool)
        }

        var standing = Standing.away(.absent)
        /// The session that is to hold the pod; every visit has another.
        var session: UInt32?
        var counts = PodCounts()
        /// What is pressed now.
        var down: Set<PodPress.Source> = []
        /// Threads that wait for what a pod says. A device can be opened anew when none holds it any more.
        var listeners = 0
        var isStopped = false
    }

    private let door: any PodDoor
    private let presses: @Sendable (PodPress) -> Void
    /// Milliseconds for which the pod stays lit when this process falls silent.
    private let lease: UInt16
    private let bell: Bell
    let state = Mutex(State())
    /// How many want the recording lamp, whose net one of them turns on and the last one off.
    let recorders = Mutex(0)

    /// - Parameters:
    ///   - lease: milliseconds, 30 to 2000; renewed at a third of them.
    ///   - presses: called on a thread of the driver's, one after the other; must neither wait nor ask the driver. What is down
    ///     when the pod goes away is let go.
    package init(
        _ door: any PodDoor, lease: UInt16 = 2000, presses: @escaping @Sendable (PodPress) -> Void
    ) throws(SystemCallError) {
        precondition((30...2000).contains(lease))
        (self.door, self.lease, self.presses) = (door, lease, presses)
        bell = try Bell()
    }

    /// Looks for the pod until `stop`.
    package func start() throws(SystemCallError) { try startThread { [self] in run() } }

    /// Gives the pod back and forgets it.
    package func stop() {
        endSession()
        state.withLock { $0.isStopped = true }
        bell.ring()
    }

    package var view: PodView {
        state.withLock { state in
            let standing: PodView.Standing =
                switch state.standing {
                case .away(let error): .away(error)
                case .here(let line, let report, let isLeased): .here(line.hello, report, isLeased: isLeased)
                }
            return PodView(standing: standing, counts: state.counts)
        }
    }

    /// A visit begins: the pod is taken now, or as soon as it is there, and held until `endSession`.
    package func beginSession() {
        // At once, so that nobody's trial comes between.
        let (line, before) = state.withLock { state in
            defer { state.session = Self.newSession() }
            return (state.line, state.session)
        }
        release(before, line)
        takeNow()
    }

    /// Whether a trial has the pod still.
    package func isHeld(by trial: UInt32) -> Bool { state.withLock { $0.session == trial } }

    /// Holds the pod for a moment without a patient, unless a visit does.
    ///
    /// - Returns: what `endSession` has to be told; nil during a visit. A visit that begins takes the pod over.
    package func beginTrial() -> UInt32? {
        let session = state.withLock { state -> UInt32? in
            guard state.session == nil else { return nil }
            state.session = Self.newSession()
            return state.session
        }
        guard let session else { return nil }
        takeNow()
        return session
    }

    private static func newSession() -> UInt32 { UInt32.random(in: 1...UInt32.max) }

    private func takeNow() {
        if let line = state.withLock({ $0.line }) { try? renew(line) }
        bell.ring()
    }

    /// The visit is over: everything on the pod goes dark, now.
    ///
    /// - Parameter trial: ends that one and no visit that has begun meanwhile.
    package func endSession(of trial: UInt32? = nil) {
        let (line, session) = state.withLock { state -> (PodLine?, UInt32?) in
            if let trial, trial != state.session { return (nil, nil) }
            defer { state.session = nil }
            return (state.line, state.session)
        }
        release(session, line)
    }

    private func release(_ session: UInt32?, _ line: PodLine?) {
        guard let line, let session else { return }
        _ = try? ask(LeaseQuestion(session: session, milliseconds: 0), of: line)
        setLeased(false, line)
    }

    // The driver's own thread.

    private func run() {
        while !state.withLock({ $0.isStopped }) {
            var line: PodLine?
            do throws(PodError) {
                let found = try PodLine(try door.open())
                line = found
                try greet(found)
                try keep(found)
            } catch {
                state.withLock { $0.standing = .away(error) }
            }
            line?.close()
            line = nil
            let patience = Clock.monotonic() + Self.second
            while state.withLock({ $0.listeners > 0 }), Clock.monotonic() < patience {
                rest(until: patience, alsoNews: false)
            }
            // What rang was the end of the conversation. A pod that lies is not asked again at once.
            bell.silence()
            guard !state.withLock({ $0.isStopped }) else { return }
            // What the bus does not tell, another look every second finds.
            rest(until: Clock.monotonic() + Self.second, alsoNews: true)
        }
    }

    private func greet(_ line: PodLine) throws(PodError) {
        let opened = Clock.monotonic()
        try line.compareClocks(times: 8)
        let report = try line.ask(StatusQuestion())
        state.withLock { state in
            state.standing = .here(line, report, isLeased: false)
            state.counts.openings += 1
            state.listeners += 1
        }
        do throws(SystemCallError) {
            try startThread { [self] in
                listen(to: line, since: opened)
                state.withLock { $0.listeners -= 1 }
                bell.ring()
            }
        } catch {
            state.withLock { $0.listeners -= 1 }
            throw .usb(.system(error))
        }
    }

    /// Renews, reads clocks and senses, until something ends the conversation.
    private func keep(_ line: PodLine) throws(PodError) {
        var nextLook = Clock.monotonic() + Self.second
        var nextClock = Clock.monotonic() + Self.second / 4
        var nextLease = Int64.min
        while true {
            let now = Clock.monotonic()
            guard try isWanted(line) else { return }
            if now >= nextLease {
                try renew(line)
                nextLease = now + Int64(lease) * 1_000_000 / 3
            }
            // One exchange a turn: on a slow bus the lease comes first again after each.
            if now >= nextLook {
                try look(line)
                nextLook = now + Self.second
            } else if now >= nextClock {
                try line.compareClocks(times: 1)
                nextClock = now + Self.second / 4
            }
            // A visit that has just begun rings, and so does the end of the conversation.
            if rest(until: min(nextLook, nextClock, nextLease), alsoNews: false) { nextLease = .min }
        }
    }

    private static let second: Int64 = 1_000_000_000

    /// - Throws: why the conversation is over.
    private func isWanted(_ line: PodLine) throws(PodError) -> Bool {
        try state.withLock { state throws(PodError) in
            if case .away(let error) = state.standing { throw error }
            return !state.isStopped
        }
    }

    /// Waits until then, or for the bell, or for news.
    ///
    /// - Returns: whether it was rung.
    @discardableResult
    private func rest(until time: Int64, alsoNews: Bool) -> Bool {
        var questions: [(descriptor: CInt, wanted: Readiness)] = [(bell.number, .readable)]
        if alsoNews, let news = door.news { questions.append((news, .readable)) }
        let rest = CInt(clamping: max(0, (time - Clock.monotonic() + 999_999) / 1_000_000))
        guard let ready = try? poll(questions, milliseconds: rest) else { return false }
        if ready.count > 1, !ready[1].isEmpty { door.takeNews() }
        guard !ready[0].isEmpty else { return false }
        bell.silence()
        return true
    }

    // What every thread may do.

    /// Takes or renews the lease of the session, where there is one. A pod in a fault, or held by a session that a dead
    /// process left, refuses it; it is asked again at its time.
    func renew(_ line: PodLine) throws(PodError) {
        guard let session = state.withLock({ $0.session }) else { return }
        do {
            _ = try ask(LeaseQuestion(session: session, milliseconds: lease), of: line)
            setLeased(true, line)
        } catch .refused {
            setLeased(false, line)
            try look(line)
        }
    }

    /// Asks for everything that the pod senses.
    @discardableResult
    func look(_ line: PodLine) throws(PodError) -> PodReport {
        let report = try ask(StatusQuestion(), of: line)
        state.withLock { state in
            guard case .here(line, _, let isLeased) = state.standing else { return }
            state.standing = .here(line, report, isLeased: isLeased && report.standing.phase.isLeased)
        }
        return report
    }

    /// Asks, and ends the conversation where the pod breaks the protocol.
    func ask<Question: PodQuestion>(_ question: Question, of line: PodLine) throws(PodError) -> Question.Answer {
        do { return try line.ask(question) } catch {
            guard case .refused = error else {
                fail(line, error)
                throw error
            }
            throw error
        }
    }

    /// The conversation is over; the driver's thread begins another.
    func fail(_ line: PodLine, _ error: PodError) {
        state.withLock { state in
            guard case .here(line, _, _) = state.standing else { return }
            state.standing = .away(error)
            for source in state.down {
                presses(PodPress(source: source, pressed: false, at: Clock.monotonic(), uncertainty: .zero))
            }
            state.down = []
        }
        line.close()
        bell.ring()
    }

    private func setLeased(_ isLeased: Bool, _ line: PodLine) {
        state.withLock { state in
            guard case .here(line, let report, _) = state.standing else { return }
            state.standing = .here(line, report, isLeased: isLeased)
        }
    }

    // The thread of each conversation that waits for what the pod says.

    private func listen(to line: PodLine, since opened: Int64) {
        var next: UInt16?
        do throws(PodError) {
            while true {
                let signal = try line.signal()
                let lost = next.map { Int(signal.sequence &- $0) } ?? 0
                next = signal.sequence &+ 1
                state.withLock { $0.counts.lost += lost }
                switch signal.kind {
                case .press(let input, let pressed): try press(input, pressed, signal.time, line, since: opened)
                case .safety, .lid: try look(line)
                case .frame: break
                }
                // What ended a lease by mistake is mended at once.
                if case .safety(.leaseExpired) = signal.kind { bell.ring() }
            }
        } catch { fail(line, error) }
    }

    private func press(
        _ input: PodInput, _ pressed: Bool, _ time: PodMicros, _ line: PodLine, since opened: Int64
    ) throws(PodError) {
        let (at, uncertainty) = try line.monotonic(time)
        let press = PodPress(source: .init(input), pressed: pressed, at: at, uncertainty: uncertainty)
        state.withLock { state in
            guard case .here(line, _, _) = state.standing, at >= opened else {
                state.counts.late += 1
                return
            }
            state.counts.presses += 1
            if pressed { state.down.insert(press.source) } else { state.down.remove(press.source) }
            presses(press)
        }
    }
}

extension PodDriver.State {
    var line: PodLine? {
        switch standing {
        case .away: nil
        case .here(let line, _, _): line
        }
    }
}

extension PodPhase {
    /// Whether some session holds the pod.
    var isLeased: Bool { self == .leased || self == .capturing }
}

/// Patterns compare conversations by who they are.
func ~= (one: PodLine, other: PodLine) -> Bool { one === other }
