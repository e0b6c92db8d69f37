import BundleFormat
import Foundation
import Linux
import Testing

@testable import Outbox

@Suite struct `A bundle in the outbox` {
    @Test func `is whole, with its digest beside it as sha256sum reads it`() throws {
        try withOutbox { fixture in
            let outbox = try fixture.outbox()
            let bundle = try fixture.bundle(seq: 12, bytes: 70_000)
            let (name, digest, size) = (bundle.name, bundle.digest, bundle.size)
            let ticket = try outbox.put(bundle)
            #expect(ticket.name == name)
            #expect(ticket.digest == digest)
            #expect(ticket.size == size)
            #expect(try fixture.names() == ["\(name).obs", "\(name).sha256"])
            let file = try fixture.bytes("\(name).obs")
            #expect(try file.count == size && Digest.of(file) == digest)
            #expect(try fixture.bytes("\(name).sha256") == Array("\(digest.hex)  \(name).obs\n".utf8))
            #expect(try outbox.check(name) == ticket)
            #expect(try outbox.bundles() == [name])
            let waiting = !outbox.isReleased(name)
            #expect(waiting)
        }
    }

    @Test func `is never overwritten`() throws {
        try withOutbox { fixture in
            let outbox = try fixture.outbox()
            let ticket = try outbox.put(try fixture.bundle(seq: 1))
            #expect(throws: OutboxError.notDurable(SystemCallError(call: "rename", errno: Errno.exists))) {
                try outbox.put(try fixture.bundle(seq: 1, id: ticket.name.id))
            }
            #expect(try outbox.check(ticket.name) == ticket)
        }
    }

    @Test func `leaves nothing behind when it cannot be written`() throws {
        try withOutbox { fixture in
            let outbox = try fixture.outbox()
            let bundle = try fixture.bundle(seq: 1)
            let name = bundle.name
            // A folder in its temporary file's place.
            try FileManager.default.createDirectory(
                atPath: "\(fixture.path)/.\(name).obs.tmp", withIntermediateDirectories: false)
            do {
                _ = try outbox.put(bundle)
                Issue.record("it was put")
            } catch {
                guard case .notDurable? = error as? OutboxError else { throw error }
            }
            #expect(try fixture.names() == [".\(name).obs.tmp"])
            #expect(throws: OutboxError.absent(name)) { try outbox.check(name) }
        }
    }

    @Test func `is found altered for a byte anywhere, a cut and another digest`() throws {
        try withOutbox { fixture in
            let outbox = try fixture.outbox()
            let ticket = try outbox.put(try fixture.bundle(seq: 1))
            let file = "\(ticket.name).obs"
            let whole = try fixture.bytes(file)
            for place in stride(from: 0, to: whole.count, by: 41) {
                var bytes = whole
                bytes[place] ^= 1
                try fixture.write(bytes, file)
                #expect(throws: OutboxError.altered(ticket.name), "byte \(place)") { try outbox.check(ticket.name) }
            }
            for count in [0, 1, 512, whole.count - 1] {
                try fixture.write(Array(whole.prefix(count)), file)
                #expect(throws: OutboxError.altered(ticket.name)) { try outbox.check(ticket.name) }
            }
            try fixture.write(whole, file)
            #expect(try outbox.check(ticket.name) == ticket)
            try fixture.write(Array("\(try Digest.of([1]).hex)  \(file)\n".utf8), "\(ticket.name).sha256")
            #expect(throws: OutboxError.altered(ticket.name)) { try outbox.check(ticket.name) }
        }
    }

    @Test func `leaves only when it was released`() throws {
        try withOutbox { fixture in
            let outbox = try fixture.outbox()
            let (one, two) = (try outbox.put(try fixture.bundle(seq: 2)), try outbox.put(try fixture.bundle(seq: 10)))
            #expect(try outbox.bundles() == [one.name, two.name])
            try outbox.release(one.name)
            let released = outbox.isReleased(one.name)
            #expect(released)
            let waiting = !outbox.isReleased(two.name)
            #expect(waiting)
            #expect(try fixture.names().contains("\(one.name).go"))
        }
    }

    @Test func `gives place to its tombstone`() throws {
        try withOutbox { fixture in
            let outbox = try fixture.outbox()
            let ticket = try outbox.put(try fixture.bundle(seq: 1))
            let standing = !outbox.isBuried(ticket.name)
            #expect(standing)
            try outbox.bury(ticket.name, tombstone: [1, 2], signature: [3])
            let buried = outbox.isBuried(ticket.name)
            #expect(buried)
            #expect(try fixture.names() == ["\(ticket.name).tombstone", "\(ticket.name).tombstone.sig"])
            #expect(try fixture.bytes("\(ticket.name).tombstone") == [1, 2])
            #expect(try fixture.bytes("\(ticket.name).tombstone.sig") == [3])
            #expect(try outbox.sweep() == 0)
        }
    }

    @Test func `is retired by its own receipt and by no other's`() throws {
        try withOutbox { fixture in
            let outbox = try fixture.outbox()
            let (one, two) = (try outbox.put(try fixture.bundle(seq: 1)), try outbox.put(try fixture.bundle(seq: 2)))
            try outbox.release(one.name)
            #expect(throws: OutboxError.absent(two.name)) {
                try outbox.retire(two.name, by: try fixture.receipt(for: one))
            }
            #expect(try outbox.check(two.name) == two)
            try outbox.retire(one.name, by: try fixture.receipt(for: one))
            #expect(try fixture.names() == ["\(two.name).obs", "\(two.name).sha256"])
            // A crash came before the last step was told: it is done again.
            try outbox.retire(one.name, by: try fixture.receipt(for: one))
        }
    }
}

@Suite struct `The outbox after a crash` {
    @Test func `keeps whole files and loses half ones`() throws {
        try withOutbox { fixture in
            let outbox = try fixture.outbox()
            let ticket = try outbox.put(try fixture.bundle(seq: 1))
            try outbox.release(ticket.name)
            try outbox.put(statement: [1], signature: [2], as: "notice-000000000001.txt")
            try outbox.put([3], as: "ticket.jws")
            let whole = try fixture.names()
            #expect(try outbox.sweep() == 0)
            let gone = "000000000009-\(try BundleID.random())"
            // Temporary names last: writing a file passes through its own.
            let halves = [
                "\(gone).sha256", "\(gone).go", "notice-000000000002.txt.sig", "\(gone).tombstone.sig",
                ".\(gone).obs.tmp", ".\(gone).sha256.tmp", ".ticket.jws.tmp",
            ]
            for name in halves { try fixture.write([1], name) }
            #expect(try outbox.sweep() == halves.count)
            #expect(try fixture.names() == whole)
            #expect(try outbox.check(ticket.name) == ticket)
        }
    }

    @Test func `tells whose withdrawal the clinic is told of: a notice with its signature`() throws {
        try withOutbox { fixture in
            let outbox = try fixture.outbox()
            let station = try Digest.of([1])
            let (told, unsigned, restricted) = (try Digest.of([2]), try Digest.of([3]), try Digest.of([4]))
            func text(_ consent: Digest, _ act: Notice.Act) -> [UInt8] {
                Notice(station: station, seq: 7, consent: consent, act: act, time: 1_795_248_000).text
            }
            try outbox.put(statement: text(told, .withdrawn), signature: [1], as: "notice-000000000007.txt")
            try fixture.write(text(unsigned, .withdrawn), "notice-000000000008.txt")
            try outbox.put(statement: text(restricted, .restricted), signature: [1], as: "notice-000000000009.txt")
            #expect(try outbox.withdrawals() == [told])
            try fixture.write([1], "notice-000000000009.txt")
            #expect(throws: OutboxError.self) { try outbox.withdrawals() }
        }
    }

    @Test func `does not take other files for bundles`() throws {
        try withOutbox { fixture in
            let outbox = try fixture.outbox()
            let id = try BundleID.random()
            for name in ["x.obs", "12-\(id).obs", ".000000000001-\(id).obs", "000000000001-\(id).obs.old"] {
                try fixture.write([1], name)
            }
            #expect(try outbox.bundles().isEmpty)
        }
    }
}
