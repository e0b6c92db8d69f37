import Linux
import PodCore
import Synchronization

/// The recording lamp shines, and with it lights and camera have power, until the last of these values ends.
package struct PodRecording: ~Copyable, Sendable {
    private let driver: PodDriver
    /// A number and not the conversation itself, which has to close its device when it is over.
    private let conversation: Int

    fileprivate init(_ driver: PodDriver, _ conversation: Int) {
        (self.driver, self.conversation) = (driver, conversation)
    }

    deinit { driver.stopRecording() }

    /// - Throws: why the lamp has not shone all the time since: what was recorded without it must not be kept.
    package func check() throws(PodError) {
        let (report, now) = try driver.standing()
        guard now == conversation else { throw .dark }
        if let fault = report.standing.fault { throw .fault(fault) }
        guard report.standing.phase == .capturing, report.isLampLit else { throw .dark }
    }
}

extension PodDriver {
    /// Microseconds in which the lamp's current must follow its net (Firmware/README.md), and a little more.
    private static var lampTime: Int64 { 2500 }

    /// Turns the recording lamp on, and waits until its current was sensed.
    ///
    /// - Parameter trial: whose lamp it is to be, where it is no visit's.
    /// - Throws: `absent`, `usb` … without a pod, `fault`, `dark`, `noSession`, also where a visit took the trial's pod over.
    package func record(in trial: UInt32? = nil) throws(PodError) -> PodRecording {
        let conversation = try recorders.withLock { recorders throws(PodError) in
            let (line, conversation) = try self.conversation()
            // Each makes sure: the pod may have been another when the others began.
            do throws(PodError) { try turnOn(line, trial) } catch {
                if recorders == 0 { turnOff(line) }
                throw error
            }
            recorders += 1
            return conversation
        }
        return PodRecording(self, conversation)
    }

    fileprivate func stopRecording() {
        recorders.withLock { recorders in
            recorders -= 1
            // Whichever pod is there by now.
            if recorders == 0, let line = try? line() { turnOff(line) }
        }
    }

    /// A pod that cannot be told goes dark with its lease.
    private func turnOff(_ line: PodLine) {
        guard let session = state.withLock({ $0.session }) else { return }
        _ = try? ask(CaptureQuestion(session: session, on: false), of: line)
        _ = try? look(line)
    }

    private func turnOn(_ line: PodLine, _ trial: UInt32?) throws(PodError) {
        let session = try requireSession(trial)
        let answer: CaptureQuestion.Answer
        do { answer = try ask(CaptureQuestion(session: session, on: true), of: line) } catch .refused(_, .lease) {
            // The lease ran out a moment ago, or this is the visit's first word.
            try renew(line)
            do { answer = try ask(CaptureQuestion(session: session, on: true), of: line) } catch .refused(_, .lease) {
                throw .noSession
            }
        } catch .refused(_, .interlock) {
            if let fault = try look(line).standing.fault { throw .fault(fault) }
            throw .dark
        }
        guard answer.phase == .capturing else { throw .dark }
        let end = Clock.monotonic() + 1_000_000_000
        while true {
            let report = try look(line)
            if let fault = report.standing.fault { throw .fault(fault) }
            guard report.standing.phase == .capturing else { throw .dark }
            let shone = report.time.value - answer.time.value
            if shone >= Self.lampTime, report.isLampLit { return }
            // The pod has found it by then, and says it better.
            guard shone < 20 * Self.lampTime, Clock.monotonic() < end else { throw .dark }
            wait(milliseconds: 1)
        }
    }

    /// - Parameter trial: must be the one that has the pod; nil for whoever has it.
    private func requireSession(_ trial: UInt32?) throws(PodError) -> UInt32 {
        guard let session = state.withLock({ $0.session }), trial == nil || trial == session else { throw .noSession }
        return session
    }

    /// The report of the pod that is there, and the number of the conversation with it.
    ///
    /// - Throws: why there is none.
    fileprivate func standing() throws(PodError) -> (PodReport, Int) {
        try state.withLock { state throws(PodError) in
            switch state.standing {
            case .away(let error): throw error
            case .here(_, let report, _): return (report, state.counts.openings)
            }
        }
    }

    /// The conversation that is under way, and its number.
    ///
    /// - Throws: why there is none.
    private func conversation() throws(PodError) -> (PodLine, Int) {
        try state.withLock { state throws(PodError) in
            switch state.standing {
            case .away(let error): throw error
            case .here(let line, _, _): return (line, state.counts.openings)
            }
        }
    }

    private func line() throws(PodError) -> PodLine { try conversation().0 }

    /// Why a shot cannot be taken now, as far as the pod goes.
    ///
    /// - Throws: why there is no pod, or `fault`.
    package func requireSound() throws(PodError) {
        let (report, _) = try standing()
        if let fault = report.standing.fault { throw .fault(fault) }
    }

    /// Asks the pod now, rather than telling what it said last.
    package func freshReport() throws(PodError) -> PodReport { try look(try line()) }

    /// Sounds a tone; without a session the pod stays silent.
    package func tone(_ tone: PodTone, in trial: UInt32? = nil) throws(PodError) {
        let line = try line()
        try ask(ToneQuestion(session: try requireSession(trial), tone: tone), of: line)
    }

    /// Sets a light while the recording lamp shines.
    ///
    /// - Parameter permille: brightness in thousandths, 0 to 1000.
    /// - Returns: the time on CLOCK_MONOTONIC (nanoseconds) from which on a frame can have this light, and by how much it
    ///   may be wrong.
    package func light(
        _ channel: LightChannel, permille: UInt16, in trial: UInt32? = nil
    ) throws(PodError) -> (at: Int64, uncertainty: Duration) {
        let line = try line()
        let session = try requireSession(trial)
        return try line.monotonic(
            try ask(LightQuestion(session: session, channel: channel, permille: permille), of: line))
    }

    /// Has a light flash at each frame of the camera, the list again and again; none ends it.
    ///
    /// - Precondition: at most four.
    package func strobe(_ flashes: [PodFlash]) throws(PodError) {
        precondition(flashes.count <= 4)
        let line = try line()
        try ask(StrobeQuestion(session: try requireSession(nil), flashes: flashes), of: line)
    }

    /// Restarts the pod, the one way out of a fault; refused while a session holds it.
    package func restart(_ restart: PodRestart) throws(PodError) {
        try ask(RebootQuestion(restart: restart), of: try line())
    }
}
