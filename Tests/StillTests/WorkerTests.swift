import Linux
import Synchronization
import Testing

@testable import StillLink

@Suite(.enabled(if: Bench.isThere, "libgphoto2-6 is not installed"))
struct `The still camera's process` {
    @Test func `takes a picture past the card, and ends`() throws {
        let bench = try Bench(place: 1)
        #expect(try bench.take(try bench.startWorker()) == bench.picture)
        #expect(try bench.workerEnds())
        try bench.tell("card")
        #expect(try bench.waitForReport("card holds 2").contains("exposed 1"))
    }

    @Test func `says who the camera is`() throws {
        let bench = try Bench(place: 2, .still, ["--model", "Model \u{e9}", "--serial", "A17"])
        let link = try bench.startWorker()
        let name = try link.picture(bus: 32, device: 2, milliseconds: 60_000, cancelled: { false }).name
        #expect(String(decoding: name.manufacturer, as: UTF8.self) == "Obscura")
        #expect(String(decoding: name.model, as: UTF8.self).hasPrefix("Model "))
        #expect(String(decoding: name.serial, as: UTF8.self) == "A17")
    }

    @Test(
        arguments: [
            (10, "target", StillFault.target, "Card"), (11, "raw", .quality, "NEF+Fine"), (12, "card", .card, ""),
            (13, "keeps", .kept, ""), (14, "truncated", .picture, ""), (15, "foreign", .picture, ""),
            (16, "babble", .wire, nil), (17, "wrong-length", .wire, nil),
        ] as [(UInt8, String, StillFault, String?)])
    func `refuses the picture of a camera that errs`(
        place: UInt8, fault: String, expected: StillFault, words: String?
    ) throws {
        let bench = try Bench(place: place, .still, ["--fault", fault])
        let link = try bench.startWorker()
        do {
            _ = try bench.take(link)
            Issue.record("it was taken")
        } catch {
            guard case .fault(let found, let said) = error else { throw error }
            #expect(found == expected)
            if let words { #expect(String(decoding: said, as: UTF8.self) == words) }
        }
        #expect(try bench.workerEnds())
    }

    @Test func `asks nothing of a camera that knows no target but its card`() throws {
        let bench = try Bench(place: 20, .still, ["--kind", "generic"])
        let link = try bench.startWorker()
        #expect(throws: StillError.fault(.target, words: [])) { try bench.take(link) }
        try bench.tell("card")
        #expect(try !bench.waitForReport("card holds 2").contains("exposed"))
    }

    @Test func `outlives a stall`() throws {
        let bench = try Bench(place: 21, .still, ["--fault", "stall"])
        #expect(try bench.take(try bench.startWorker()) == bench.picture)
    }

    @Test func `gives a picture up when it is told to, or when the cable is pulled`() throws {
        let bench = try Bench(place: 22, .still, ["--fault", "silent"])
        let link = try bench.startWorker()
        let asked = Atomic(0)
        #expect(throws: StillError.cancelled) {
            try bench.take(link) { asked.add(1, ordering: .relaxed).newValue > 20 }
        }
        try bench.waitForReport("exposed 1")
        try bench.tell("unplug")
        #expect(try bench.workerEnds())
    }

    @Test func `finds no camera where there is none`() throws {
        let bench = try Bench(place: 23)
        let link = try bench.startWorker()
        #expect(throws: StillError.fault(.absent, words: [])) {
            _ = try link.picture(bus: 32, device: 99, milliseconds: 60_000, cancelled: { false })
        }
    }

    @Test func `serves no other user`() throws {
        let bench = try Bench(place: 24)
        let link = try bench.startWorker(peer: currentUser() + 1)
        #expect(throws: StillError.died) { try bench.take(link) }
    }

    @Test(arguments: [(25, "ports/second.so"), (26, "driver/canon.so")] as [(UInt8, String)])
    func `opens no camera when libgphoto2 would find a second library`(place: UInt8, name: String) throws {
        let bench = try Bench(place: place)
        try bench.plant(name)
        let link = try bench.startWorker()
        #expect(throws: StillError.fault(.driver, words: [])) { try bench.take(link) }
        try bench.tell("card")
        #expect(try !bench.waitForReport("card holds 2").contains("taken"))
    }
}
