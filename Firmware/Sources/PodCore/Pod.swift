/// The capture pod: pedal, lights and recording lamp, under a lease that the station renews.
///
/// Lights shine only while the recording lamp does, and only as long as the station speaks: silence, an open lid, a lamp that
/// does not do what it should and too much ultraviolet each turn everything dark.
public struct Pod<Hardware: PodHardware & ~Copyable>: ~Copyable {
    /// Microseconds in which the lamp's current must follow its net.
    static var lampDelay: UInt64 { 2000 }
    /// Microseconds for which a press without a session lights the notice.
    static var noticeTime: UInt64 { 200_000 }
    /// Microseconds that a reply has to reach the host before a restart.
    static var restartDelay: UInt64 { 20_000 }

    public var hardware: Hardware
    var phase = Phase.idle
    var budget = UltravioletBudget()
    var strobe = StrobeList()
    var sound = Sound()
    var ultraviolet: UInt16 = 0
    var counts = Counts()
    var isOpen = false
    var restart: (kind: PodRestart, at: UInt64)?
    private var events = EventRing()
    private var switches: [2 of Debounce] = .init(repeating: Debounce())
    private var polled: UInt64
    private var darkSince: UInt64
    private var noticeUntil: UInt64 = 0

    struct Counts: Sendable {
        var triggers: UInt32 = 0
        var unwanted: UInt32 = 0
        var frames: UInt32 = 0
        var tampers: UInt32 = 0
    }

    public init(_ hardware: consuming Hardware) {
        self.hardware = hardware
        polled = 0
        darkSince = 0
        let now = self.hardware.micros
        polled = now
        darkSince = now
        goDark(at: now)
    }

    /// Events that were lost because the host did not fetch them.
    var dropped: UInt32 { events.dropped }

    /// The oldest event that the host has not got.
    public mutating func nextEvent() -> Packet? { events.next() }

    /// Looks at everything that time changes: at least a thousand times a second.
    public mutating func poll() {
        let now = hardware.micros
        let passed = now &- polled
        polled = now
        if phase.isCapturing && ultraviolet > 0 { budget.shone(passed) } else { budget.rested(passed) }
        watchLid(at: now)
        edge(.pedal, pressed: hardware.isPressed(.pedal), at: now)
        edge(.hand, pressed: hardware.isPressed(.hand), at: now)
        switch phase {
        case .fault: break
        case .idle: watchDarkLamp(at: now)
        case .leased(let lease):
            watchDarkLamp(at: now)
            if now >= lease.ends { fail(.leaseExpired, at: now) }
        case .capturing(let lease, let since):
            if now &- since >= Self.lampDelay && !hardware.isLampLit {
                fail(.lampMismatch, at: now)
            } else if budget.isExhausted {
                fail(.ultravioletDose, at: now)
            } else if now >= lease.ends {
                fail(.leaseExpired, at: now)
            }
        }
        hardware.setSound(hertz: sound.hertz(at: now))
        hardware.setNotice(now < noticeUntil)
        hardware.feedWatchdog()
        if let restart, now >= restart.at { hardware.restart(restart.kind) }
    }

    private mutating func watchDarkLamp(at now: UInt64) {
        if now &- darkSince >= Self.lampDelay && hardware.isLampLit { fail(.lampMismatch, at: now) }
    }

    private mutating func watchLid(at now: UInt64) {
        let open = hardware.isOpen
        guard open != isOpen else { return }
        isOpen = open
        if open { counts.tampers &+= 1 }
        events.put(.init(type: .tamper, a: open ? 1 : 0, number: counts.tampers, time: now))
        if open && phase.fault == nil { fail(.tamper, at: now) }
    }

    /// A switch was pressed or let go.
    ///
    /// - Parameter time: microseconds of the pod's clock at the edge, as close to it as the board can tell.
    public mutating func edge(_ input: PodInput, pressed: Bool, at time: UInt64) {
        guard switches[Int(input.rawValue)].take(pressed, at: time) else { return }
        if pressed { counts.triggers &+= 1 }
        if pressed && phase.lease == nil {
            counts.unwanted &+= 1
            noticeUntil = hardware.micros &+ Self.noticeTime
        }
        events.put(
            .init(
                type: .trigger, a: input.rawValue, b: pressed ? 1 : 0, number: counts.triggers, time: time))
    }

    /// The camera began to expose a frame.
    ///
    /// - Parameter time: microseconds of the pod's clock at the edge.
    public mutating func frame(at time: UInt64) {
        guard phase.isCapturing, let entry = strobe.advance() else { return }
        hardware.flash(entry.channel, delay: entry.delay, width: entry.width)
        if entry.channel == .ultraviolet { budget.shone(UInt64(entry.width)) }
        counts.frames &+= 1
        events.put(
            .init(
                type: .frame, a: entry.channel.rawValue, number: counts.frames, time: time &+ UInt64(entry.delay)))
    }

    /// The host is away, as its bus says: what its lease held goes dark at once.
    public mutating func hostLeft() {
        if phase.lease != nil { fail(.leaseExpired, at: hardware.micros) }
    }

    /// Everything dark, and said to the host.
    mutating func fail(_ fault: PodFault, at now: UInt64) {
        goDark(at: now)
        phase = fault.isLatched ? .fault(fault) : .idle
        events.put(.init(type: .safety, a: fault.rawValue, b: fault.isLatched ? 1 : 0, time: now))
    }

    mutating func goDark(at now: UInt64) {
        hardware.setCaptureNet(false)
        hardware.setLight(.crossPolarised, permille: 0)
        hardware.setLight(.parallelPolarised, permille: 0)
        hardware.setLight(.ultraviolet, permille: 0)
        ultraviolet = 0
        strobe = StrobeList()
        sound.stop()
        darkSince = now
    }
}
