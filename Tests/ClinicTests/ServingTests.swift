import Clinic
import Curl
import Foundation
import Synchronization
import Testing

/// Seconds since 1970 as a test sets them.
private final class TestClock: Sendable {
    private let seconds = Mutex(Int64(Date().timeIntervalSince1970))
    func now() -> Int64 { seconds.withLock { $0 } }
    func advance(days: Int64) { seconds.withLock { $0 += days * 86_400 } }
}

/// Asks for the store's health; libcurl waits, so not on a thread that the server needs.
private func health(port: Int, authority: [UInt8]) async throws -> Int {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(
                with: Result {
                    var client = try HTTPClient(trusting: authority)
                    return try client.send(HTTPRequest("GET", "https://127.0.0.1:\(port)/v1/health")).status
                })
        }
    }
}

@Suite struct `A store that is never restarted` {
    @Test func `renews its certificate before it ends`() async throws {
        let clinic = try TemporaryClinic()
        let clock = TestClock()
        try clinic.folder.drill(escrow: Array(clinic.escrow.utf8), at: clock.now())
        let folder = clinic.folder
        let authority = try folder.read("tls/ca.pem")
        let (ports, announce) = AsyncStream<Int>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await folder.serve(
                    address: "127.0.0.1", port: 0, certificateCheck: 1, now: { clock.now() },
                    listening: { announce.yield($0) })
            }
            let port = try #require(await ports.first { _ in true })
            #expect(try await health(port: port, authority: authority) == 204)
            let first = try folder.read("tls/server.pem")
            // What is made then is not valid yet by the client's clock: so the client knows that it is the new one.
            clock.advance(days: 370)
            await #expect(throws: CurlError.tls(.notYet)) {
                let end = ContinuousClock.now + .seconds(60)
                while ContinuousClock.now < end { _ = try await health(port: port, authority: authority) }
            }
            #expect(try folder.read("tls/server.pem") != first)
            group.cancelAll()
        }
        withExtendedLifetime(clinic) {}
    }
}
