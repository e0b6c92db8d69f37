import Linux
import Testing

@testable import StillLink

extension VideoStill {
    /// What the simulated camera offers.
    fileprivate static func offered(_ method: Method) -> VideoStill {
        VideoStill(method: method, format: .mjpeg, width: 1920, height: 1080)
    }
}

@Suite(.enabled(if: Bench.isThere, "libgphoto2-6 is not installed"))
struct `The still of a video camera` {
    @Test(
        arguments: [
            (40, .two, "bulk"), (41, .three, "bulk"), (42, .two, "isochronous"), (43, .three, "isochronous"),
        ] as [(UInt8, VideoStill.Method, String)])
    func `comes beside its stream`(place: UInt8, method: VideoStill.Method, transfer: String) throws {
        let bench = try Bench(
            place: place, .video, ["--still", "uvc-method-\(method.rawValue)", "--transfer", transfer])
        #expect(try bench.take(try bench.startWorker(), .offered(method)) == bench.picture)
        #expect(try bench.workerEnds())
        // The stream has ended with it, and another one can be taken.
        try bench.waitForReport("released")
        #expect(try bench.take(try bench.startWorker(), .offered(method)) == bench.picture)
    }

    @Test(
        arguments: [
            (50, "two", "still-missing", .late), (51, "two", "still-short", .picture),
            (52, "two", "still-endless", .wire), (53, "two", "still-error", .picture),
            (57, "three", "still-bad-header", .picture),
            (54, "two", "still-stall", .wire), (55, "two", "still-small", .wire), (56, "two", "still-video", .late),
            (58, "three", "still-short", .picture),
            (59, "three", "still-endless", .wire), (60, "three", "still-error", .picture),
            (61, "three", "still-stall", .wire), (62, "three", "still-no-eof", .late),
        ] as [(UInt8, String, String, StillFault)])
    func `is refused where the camera errs`(
        place: UInt8, number: String, fault: String, expected: StillFault
    ) throws {
        let method: VideoStill.Method = number == "two" ? .two : .three
        let bench = try Bench(place: place, .video, ["--still", "uvc-method-\(method.rawValue)", "--fault", fault])
        let link = try bench.startWorker()
        do {
            _ = try bench.take(link, .offered(method))
            Issue.record("it was taken")
        } catch {
            guard case .fault(let found, _) = error else { throw error }
            #expect(found == expected)
        }
        #expect(try bench.workerEnds())
        try bench.tell("fault none")
        #expect(try bench.take(try bench.startWorker(), .offered(method)) == bench.picture)
    }

    @Test func `without an end mark ends with the stream's next frame`() throws {
        let bench = try Bench(place: 63, .video, ["--still", "uvc-method-2", "--fault", "still-no-eof"])
        #expect(try bench.take(try bench.startWorker(), .offered(.two)) == bench.picture)
    }

    @Test func `that the camera does not offer is refused before anything is asked of it`() throws {
        let bench = try Bench(place: 64, .video, ["--still", "uvc-method-2"])
        for still in [
            VideoStill(method: .three, format: .mjpeg, width: 1920, height: 1080),
            VideoStill(method: .two, format: .yuy2, width: 1920, height: 1080),
            VideoStill(method: .two, format: .mjpeg, width: 1920, height: 1079),
        ] {
            let link = try bench.startWorker()
            #expect(throws: StillError.fault(.offer, words: [])) { try bench.take(link, still) }
            #expect(try !bench.waitForReport("released").contains("stream started"))
        }
    }

    @Test func `is given up when nobody waits for it any more`() throws {
        let bench = try Bench(place: 65, .video, ["--still", "uvc-method-3", "--fault", "still-missing"])
        let link = try bench.startWorker()
        let said = bench.said
        #expect(throws: StillError.cancelled) {
            try bench.take(link, .offered(.three)) { (try? said.waitForLine("still triggered")) != nil }
        }
        try bench.waitForReport("released")
        #expect(try bench.workerEnds())
    }
}
