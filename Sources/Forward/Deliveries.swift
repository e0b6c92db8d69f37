import BundleFormat
import Curl
import ForwardLink
import JOSE
import Linux

extension Forwarder {
    /// Offers the station to the clinic, once for each start of this process.
    mutating func enrol(
        _ listing: OutboxListing, _ station: StationKey?, _ link: inout StoreLink
    ) throws(ForwardFault) {
        guard listing.hasEnrolment, let station, isDue("enrolment.txt") else { return }
        do throws(ForwardFault) {
            let (text, signature) = try signedText("enrolment.txt", bound: 4096)
            try link.enrol(text, signature: signature, key: station)
            progress["enrolment.txt"] = .delivered(askAgain: .max)
            awaitApproval()
        } catch {
            postpone("enrolment.txt", after: error)
            throw error
        }
    }

    /// Sends notices before bundles: a restriction must be there before what it restricts.
    mutating func sendTexts(
        _ listing: OutboxListing, _ credentials: StoreLink.Credentials, _ link: inout StoreLink,
        _ faults: inout [ForwardFault]
    ) throws(ForwardFault) {
        let texts =
            listing.notices.map { (name: $0.name, path: "/v1/notices/\($0.seq)") }
            + listing.tombstones.map { (name: "\($0).tombstone", path: "/v1/tombstones/\($0.id)") }
        for entry in texts where isDue(entry.name) {
            do throws(ForwardFault) {
                let (text, signature) = try signedText(entry.name, bound: 4096)
                try link.put(text, signature: signature, at: entry.path, credentials)
                progress[entry.name] = .delivered(askAgain: .max)
            } catch {
                postpone(entry.name, after: error)
                guard error.concernsOneEntry else { throw error }
                faults.append(error)
            }
        }
    }

    mutating func sendBundles(
        _ listing: OutboxListing, _ credentials: StoreLink.Credentials, _ link: inout StoreLink,
        _ faults: inout [ForwardFault]
    ) throws(ForwardFault) {
        for name in listing.bundles {
            let file = "\(name).obs"
            guard isDue(file) else {
                if case .waiting = progress[file] { faults.append(.refused) }
                continue
            }
            do throws(ForwardFault) {
                let again = isDelivered(file)
                guard let bundle = try OutgoingBundle.open(name, in: outbox) else { continue }
                let receipt = try deliver(bundle, asking: again, &link, credentials)
                let isNews = try inbox.put(receipt: receipt, for: name.id)
                progress[file] = .delivered(
                    askAgain: Clock.boottime() + Int64(configuration.askEvery) * 1_000_000_000)
                if isNews, !again {
                    countSent()
                    tell(.delivered(sequence: Int64(name.seq), bundle: "\(name)", bytes: Int64(bundle.size)))
                }
            } catch {
                postpone(file, after: error)
                guard error.concernsOneEntry else { throw error }
                tell(.notDelivered(code: error.rawValue, sequence: Int64(name.seq), bundle: "\(name)"))
                faults.append(error)
            }
        }
    }

    /// Brings one bundle to the store, from wherever the store has it, and returns what the store calls its receipt.
    ///
    /// A cut connection is taken up again at once as long as each attempt brings the store further.
    ///
    /// - Parameter asking: whether the store had it before, so that a receipt is likely to be there.
    private func deliver(
        _ bundle: borrowing OutgoingBundle, asking: Bool, _ link: inout StoreLink, _ credentials: StoreLink.Credentials
    ) throws(ForwardFault) -> [UInt8] {
        if asking, let receipt = try link.receipt(for: bundle.digest, credentials) { return receipt }
        var location: String
        var offset: Int
        switch try link.create(bundle, credentials) {
        case .stored(let receipt): return receipt
        case .open(let place, let start): (location, offset) = (place, start)
        }
        try link.head(bundle, location, credentials)
        // A store that moves its offset about without end gets no more than this.
        var moves = 0
        while moves < 4 {
            let before = offset
            do throws(ForwardFault) {
                switch try link.append(bundle, from: offset, location, credentials) {
                case .stored(let receipt): return receipt
                case .elsewhere(let wanted):
                    offset = wanted
                    moves += 1
                }
            } catch {
                guard error == .cut || error == .timeout else { throw error }
                if let held = try link.ask(location, size: bundle.size, credentials) {
                    guard held > before else { throw error }
                    offset = held
                } else {
                    // The last answer may have been lost: then the upload is gone and the receipt is there.
                    switch try link.create(bundle, credentials) {
                    case .stored(let receipt): return receipt
                    case .open: throw error
                    }
                }
            }
        }
        throw .protocolBroken
    }

    /// Fetches the policy and the lists named by capture, and puts what is new into the inbox.
    mutating func fetch(_ link: inout StoreLink) throws(ForwardFault) {
        let policy = try link.fetch("\(link.address.url)/v1/policy", bound: 384 * 1024)
        try inbox.put(fetched: policy, as: "policy.jws")
        guard let listed = try? outbox.read("lists.json", bound: 65536) else { return }
        var fault: ForwardFault?
        for uri in try parseLists(listed) {
            do throws(ForwardFault) {
                let list = try link.fetch(uri, bound: 1 << 20)
                guard let name = try? Digest.of(Array(uri.utf8)).hex.prefix(16) else { throw .outbox }
                try inbox.put(fetched: list, as: "list-\(name).jws")
            } catch {
                if error.isOffline { throw error }
                fault = error
            }
        }
        if let fault { throw fault }
    }

    private func signedText(_ name: String, bound: Int) throws(ForwardFault) -> (text: [UInt8], signature: [UInt8]) {
        do { return (try outbox.read(name, bound: bound), try outbox.read("\(name).sig", bound: 256)) } catch {
            throw .outbox
        }
    }

    private func isDue(_ name: String) -> Bool {
        switch progress[name] {
        case nil: true
        case .delivered(let time), .waiting(let time, _): Clock.boottime() >= time
        }
    }

    /// Remembers that an entry did not go: alone when it is refused, with all others when the store is away.
    private mutating func postpone(_ name: String, after fault: ForwardFault) {
        guard fault.concernsOneEntry else { return progress[name] = nil }
        var backoff = Backoff(longestSeconds: configuration.longestWait)
        if case .waiting(_, let last) = progress[name] { backoff = last }
        progress[name] = .waiting(until: Clock.boottime() + backoff.failed(), backoff: backoff)
    }
}
