import BundleFormat
import Curl
import ForwardLink
import JOSE
import Linux

/// Folders and times of one forwarder.
package struct ForwardConfiguration: Sendable {
    package var outbox: String
    package var inbox: String
    /// The longest wait between two attempts, seconds.
    package var longestWait: Int
    /// Policy and status lists are fetched so often, seconds.
    package var fetchEvery: Int
    /// So often instead while a person at the clinic may be about to approve this station, seconds.
    package var awaitEvery: Int
    /// A delivered bundle that is still there is asked after so often, seconds.
    package var askEvery: Int { fetchEvery * 12 }
    /// A request that moves nothing for so long is given up, seconds.
    package var stall: Int
    /// An answer that is not complete so long after its request went out is given up, seconds.
    package var answer: Int
    /// A connection that does not stand after so long is given up, seconds.
    package var connect: Int

    package init(
        outbox: String, inbox: String, longestWait: Int = 300, fetchEvery: Int = 300, stall: Int = 60,
        answer: Int = 300, connect: Int = 15, awaitEvery: Int = 10
    ) {
        self.outbox = outbox
        self.inbox = inbox
        self.longestWait = longestWait
        self.fetchEvery = fetchEvery
        self.stall = stall
        self.answer = answer
        self.connect = connect
        self.awaitEvery = awaitEvery
    }
}

/// Carries the outbox to the store and the store's answers to the inbox, and keeps nothing but what it remembers.
///
/// It deletes nothing in the outbox: an entry is done when capture takes it away.
package struct Forwarder: ~Copyable {
    /// How far one entry has come, in this process's memory only.
    enum Progress {
        /// Delivered; its receipt is asked for again from then on (boot time, ns), for capture may have lost it, and
        /// `opened` follows `stored`.
        case delivered(askAgain: Int64)
        /// The store refused it or it cannot be read; tried again from then on (boot time, ns).
        case waiting(until: Int64, backoff: Backoff)
    }

    let configuration: ForwardConfiguration
    let outbox: Folder
    let inbox: Inbox
    private let changes: Inotify
    private let heartbeat = Heartbeat()
    var progress: [String: Progress] = [:]
    private var link: StoreLink?
    private var backoff: Backoff
    private var nextFetch: Int64 = 0
    /// Until then (boot time, ns) an approval may come at any moment.
    private var awaitsApproval: Int64 = 0
    private var report = ForwardReport(since: Clock.realtime() / 1_000_000_000)
    private var published: ForwardReport?

    package init(_ configuration: ForwardConfiguration) throws(SystemCallError) {
        let outbox = try Folder(path: configuration.outbox)
        let inbox = try Inbox(path: configuration.inbox)
        let changes = try Inotify()
        try changes.watch(configuration.outbox, for: [.created, .movedIn, .movedOut, .deleted, .written])
        self.configuration = configuration
        self.outbox = outbox
        self.inbox = inbox
        self.changes = changes
        backoff = Backoff(longestSeconds: configuration.longestWait)
    }

    /// Works until the process is ended, which may be at any moment: nothing is lost by it.
    package mutating func run() throws(SystemCallError) -> Never {
        notifyServiceManager("READY=1")
        while true {
            let fault = round()
            let now = Clock.boottime()
            if let fault, !fault.concernsOneEntry {
                let wait = backoff.failed()
                tell(.retrying(code: fault.rawValue, seconds: wait / 1_000_000_000 + 1))
                try rest(until: now + wait, wakingOnChanges: fault.awaitsCapture)
            } else {
                backoff.succeeded()
                try rest(until: nextDue(), wakingOnChanges: true)
            }
        }
    }

    /// Goes once through everything that can be sent or fetched now.
    ///
    /// - Returns: the gravest thing that kept an entry back; nil when nothing was.
    package mutating func round() -> ForwardFault? {
        heartbeat.beat()
        var faults: [ForwardFault] = []
        do throws(ForwardFault) {
            let listing = try OutboxListing(outbox)
            forget(except: listing)
            do throws(ForwardFault) { try send(listing, &faults) } catch { faults.append(error) }
            report.queued = Int64(listing.bundles.count { !isDelivered("\($0).obs") })
        } catch { faults.append(error) }
        let gravest = faults.first { !$0.concernsOneEntry } ?? faults.first
        if gravest != report.lastError {
            report.lastError = gravest
            report.since = Clock.realtime() / 1_000_000_000
        }
        if report != published, (try? inbox.put(report)) != nil { published = report }
        return gravest
    }

    private mutating func send(_ listing: OutboxListing, _ faults: inout [ForwardFault]) throws(ForwardFault) {
        try renewLink()
        guard var link = link.take() else { return }
        walk(listing, &link, &faults)
        self.link = consume link
    }

    private mutating func walk(
        _ listing: OutboxListing, _ link: inout StoreLink, _ faults: inout [ForwardFault]
    ) {
        let station = try? stationKey()

        // A store that denies the ticket still takes enrolments and gives the policy that will approve it.
        for step in Step.allCases {
            do throws(ForwardFault) {
                switch step {
                case .enrolment: try enrol(listing, station, &link)
                case .texts: try sendTexts(listing, try credentials(station), &link, &faults)
                case .bundles: try sendBundles(listing, try credentials(station), &link, &faults)
                case .fetch: try fetchWhenDue(&link)
                }
            } catch {
                faults.append(error)
                if error.isOffline { return }
            }
        }
    }

    private enum Step: CaseIterable { case enrolment, texts, bundles, fetch }

    /// Connects anew when capture has written another store.
    private mutating func renewLink() throws(ForwardFault) {
        let bytes: [UInt8]
        do { bytes = try outbox.read("store.json", bound: 65536) } catch { throw .noStore }
        let address = try StoreAddress(parsing: bytes)
        if let link = link.take(), link.address == address {
            self.link = consume link
            return
        }
        let heartbeat = heartbeat
        link = try StoreLink(
            address,
            patience: Patience(
                connectMilliseconds: configuration.connect * 1000, stalledSeconds: configuration.stall,
                answerSeconds: configuration.answer),
            alive: { heartbeat.beat() })
        // Another store may lack what the last one has.
        progress = [:]
        nextFetch = 0
    }

    private func stationKey() throws(ForwardFault) -> StationKey {
        do { return try StationKey(pem: outbox.read("station.pem", bound: 1024)) } catch { throw .noTicket }
    }

    private func credentials(_ station: StationKey?) throws(ForwardFault) -> StoreLink.Credentials {
        guard let station, let ticket = try? outbox.read("ticket.jws", bound: 4096) else { throw .noTicket }
        let trimmed = ticket.last == 0x0a ? Array(ticket.dropLast()) : ticket
        guard isCompactJWS(trimmed) else { throw .noTicket }
        return StoreLink.Credentials(
            ticket: String(decoding: trimmed, as: UTF8.self), key: base64(station.der))
    }

    private mutating func fetchWhenDue(_ link: inout StoreLink) throws(ForwardFault) {
        let now = Clock.boottime()
        guard now >= nextFetch else { return }
        try fetch(&link)
        let pause =
            now < awaitsApproval ? min(configuration.awaitEvery, configuration.fetchEvery) : configuration.fetchEvery
        nextFetch = now + Int64(pause) * 1_000_000_000
    }

    /// An enrolment has just reached the clinic: whoever approves it stands beside the station as a rule, and waits.
    mutating func awaitApproval() {
        awaitsApproval = Clock.boottime() + 15 * 60 * 1_000_000_000
        nextFetch = 0
    }

    private mutating func forget(except listing: OutboxListing) {
        let present = listing.names
        progress = progress.filter { present.contains($0.key) }
    }

    func isDelivered(_ name: String) -> Bool {
        if case .delivered = progress[name] { true } else { false }
    }

    mutating func countSent() { report.sent += 1 }

    private func nextDue() -> Int64 {
        progress.values.reduce(nextFetch) { due, progress in
            switch progress {
            case .delivered(let time), .waiting(let time, _): min(due, time)
            }
        }
    }

    /// Waits, beating for the service manager, until the time (boot time, ns) or a change in the outbox.
    private func rest(until time: Int64, wakingOnChanges: Bool) throws(SystemCallError) {
        while true {
            heartbeat.beat()
            let left = (time - Clock.boottime()) / 1_000_000
            guard left > 0 else { return }
            let wait = CInt(min(left, heartbeat.intervalMilliseconds))
            let ready = try poll(
                wakingOnChanges ? [(changes.descriptor.number, .readable)] : [], milliseconds: wait)
            if wakingOnChanges, ready[0].contains(.readable) {
                _ = try changes.events()
                return
            }
        }
    }
}
