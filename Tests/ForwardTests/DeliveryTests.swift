import BundleFormat
import Foundation
import StoreRig
import Testing

@Suite struct `A forwarder` {
    private func ready() throws -> (clinic: Clinic, station: Station) {
        let clinic = try Clinic()
        let station = try Station()
        try clinic.approve(station)
        return (clinic, station)
    }

    @Test func `carries everything once and puts receipts, policy and lists into the inbox`() async throws {
        let (clinic, station) = try ready()
        let sent = try [station.queue(seq: 1, size: 300_000), station.queue(seq: 2, size: 70_000)]
        let held = try station.queue(seq: 3, size: 1000)
        try FileManager.default.removeItem(atPath: "\(station.outbox)/\(held.name).go")
        let before = try await clinic.serving { port in
            try station.connect(port: port, authority: clinic.tls.authority)
            let before = try station.outboxNames()
            for _ in 1...2 { #expect(try await forward(station).status == 0) }
            return before
        }
        for (name, bytes) in sent {
            let stored = "\(clinic.folder.path)/store/\(station.key.fingerprint)/\(name)"
            #expect(FileManager.default.contents(atPath: "\(stored).obs").map { Array($0) } == bytes)
            let receipt = station.received("receipt-\(name.id).jws")
            #expect(receipt != nil)
            #expect(FileManager.default.contents(atPath: "\(stored).receipt.jws").map { Array($0) } == receipt)
        }
        #expect(try clinic.storedFiles().count { $0.hasSuffix(".obs") } == 2)
        #expect(station.received("receipt-\(held.name.id).jws") == nil)
        #expect(station.received("policy.jws") == clinic.policy.bytes)
        #expect(try FileManager.default.contentsOfDirectory(atPath: station.inbox).contains { $0.hasPrefix("list-") })
        #expect(try station.outboxNames() == before)
        #expect(try station.lastError() == "none")
    }

    @Test func `sends enrolment, notices and tombstones with their signatures`() async throws {
        let (clinic, station) = try ready()
        let id = BundleID(bits: 99)
        let none = try Digest.of([])
        let texts: [(String, [UInt8])] = [
            (
                "enrolment.txt",
                Enrolment(
                    station: try StationName(parsing: "derm-03"), key: station.key.fingerprint, keys: .software,
                    time: 1_700_000_000
                ).text
            ),
            (
                "notice-000000000004.txt",
                Notice(station: station.key.fingerprint, seq: 4, consent: none, act: .withdrawn, time: 1_700_000_000)
                    .text
            ),
            (
                "000000000009-\(id).tombstone",
                Tombstone(
                    bundle: id, station: station.key.fingerprint, seq: 9, voids: none,
                    reason: try Reason(parsing: "wrong patient"), time: 1_700_000_000
                ).text
            ),
        ]
        for (name, text) in texts {
            try station.write(text, name)
            try station.write(try station.sign(text), "\(name).sig")
        }
        try await clinic.serving { port in
            try station.connect(port: port, authority: clinic.tls.authority)
            #expect(try await forward(station).status == 0)
        }
        let stored = try clinic.storedFiles()
        #expect(stored.contains("enrolments/\(station.key.fingerprint)/enrolment.txt"))
        #expect(stored.contains("notices/\(station.key.fingerprint)/000000000004.txt"))
        #expect(stored.contains("tombstones/\(id).tombstone.sig"))
    }

    @Test func `takes up a cut upload where it ended`() async throws {
        let (clinic, station) = try ready()
        let bundle = try station.queue(seq: 1, size: 6 << 20)
        // Every connection breaks before the whole bundle has passed: who begins anew each time never ends.
        let cuts = [Int](repeating: 3 << 20, count: 1000)
        try await clinic.serving { port in
            try await CutProxy.relaying(to: port, cuts: cuts) { proxyPort, _ in
                try station.connect(port: proxyPort, authority: clinic.tls.authority)
                var runs = 0
                while try await forward(station).status != 0, runs < 12 { runs += 1 }
                #expect(runs < 12)
            }
        }
        #expect(station.received("receipt-\(bundle.name.id).jws") != nil)
        #expect(try clinic.storedFiles().count { $0.hasSuffix(".obs") } == 1)
        #expect(try clinic.storedFiles().allSatisfy { !$0.hasPrefix("uploads/") })
    }

    @Test func `finds what the store kept over the store's restart`() async throws {
        let (clinic, station) = try ready()
        let bundle = try station.queue(seq: 1, size: 4 << 20)
        try await clinic.serving { port in
            // A store that is asked for the offset ends what it was receiving: under load that would be everything.
            let kept: @Sendable () -> Bool = { (try? clinic.partSize()) ?? 0 >= (1 << 20) + 65_536 }
            try await CutProxy.relaying(to: port, cuts: [3 << 20, 4096, 1], mayBreak: kept) { proxyPort, _ in
                try station.connect(port: proxyPort, authority: clinic.tls.authority)
                #expect(try await forward(station).status == 1)
            }
        }
        #expect((1 << 20)...(3 << 20) + 8192 ~= (try clinic.partSize() ?? 0))
        try await clinic.serving { port in
            try await CutProxy.relaying(to: port, cuts: []) { proxyPort, proxy in
                try station.connect(port: proxyPort, authority: clinic.tls.authority)
                #expect(try await forward(station).status == 0)
                #expect(proxy.bytes < bundle.bytes.count - (1 << 20))
            }
        }
        #expect(station.received("receipt-\(bundle.name.id).jws") != nil)
    }

    @Test func `wakes for a store that appears and for a bundle that may go`() async throws {
        let (clinic, station) = try ready()
        let daemon = try Daemon(
            "obscura-forward", ["--outbox", station.outbox, "--inbox", station.inbox, "--longest-wait", "1"])
        try await waitForFile("forward.json", in: station.inbox)
        #expect(try station.lastError() == "no-store")
        let first = try station.queue(seq: 1, size: 5000)
        try await clinic.serving { port in
            try station.connect(port: port, authority: clinic.tls.authority)
            try await waitForFile("receipt-\(first.name.id).jws", in: station.inbox)
            let second = try station.queue(seq: 2, size: 5000)
            try await waitForFile("receipt-\(second.name.id).jws", in: station.inbox)
        }
        withExtendedLifetime(daemon) {}
    }

    @Test func `brings a new station its approval without keeping it waiting`() async throws {
        let (clinic, station) = (try Clinic(), try Station())
        let enrolment = Enrolment(
            station: try StationName(parsing: "derm-03"), key: station.key.fingerprint, keys: .software,
            time: 1_700_000_000
        ).text
        try station.write(try station.sign(enrolment), "enrolment.txt.sig")
        try station.write(enrolment, "enrolment.txt")
        try await clinic.serving { port in
            // It ends before the server: NIO stops the process where a connection comes in while a server is cancelled.
            let daemon = try Daemon(
                "obscura-forward",
                ["--outbox", station.outbox, "--inbox", station.inbox, "--fetch-every", "3600", "--await-every", "1"])
            try station.connect(port: port, authority: clinic.tls.authority)
            try await waitForFile("policy.jws", in: station.inbox)
            try clinic.approve(station)
            // An answer that was under way may still bring the old one.
            repeat {
                try FileManager.default.removeItem(atPath: "\(station.inbox)/policy.jws")
                try await waitForFile("policy.jws", in: station.inbox)
            } while station.received("policy.jws") != clinic.policy.bytes
            withExtendedLifetime(daemon) {}
        }
    }

    @Test func `keeps a refused bundle and goes on with the next`() async throws {
        let (clinic, station) = try ready()
        let spoilt = try station.queue(seq: 1, size: 50_000, spoil: true)
        let good = try station.queue(seq: 2, size: 50_000)
        try await clinic.serving { port in
            try station.connect(port: port, authority: clinic.tls.authority)
            #expect(try await forward(station).status == 1)
        }
        #expect(station.received("receipt-\(spoilt.name.id).jws") == nil)
        #expect(station.received("receipt-\(good.name.id).jws") != nil)
        #expect(try station.outboxNames().contains("\(spoilt.name).obs"))
        #expect(try station.lastError() == "refused")
        #expect(try clinic.storedFiles().allSatisfy { !$0.hasPrefix("uploads/") })
    }

    @Test func `never writes its ticket to its log`() async throws {
        let (clinic, station) = try ready()
        try station.queue(seq: 1, size: 1000)
        let log = try await clinic.serving { port in
            try station.connect(port: port, authority: clinic.tls.authority)
            return try await forward(station).errors
        }
        let ticket = String(
            decoding: try Data(contentsOf: URL(fileURLWithPath: "\(station.outbox)/ticket.jws")), as: UTF8.self)
        #expect(log.contains("delivered 000000000001-"))
        #expect(!ticket.split(separator: ".").contains { log.contains($0) })
    }
}
