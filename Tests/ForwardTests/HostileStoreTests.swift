import Foundation
import NIOSSL
import StoreRig
import Testing

/// One way for a store to be wrong, and what status then says.
struct Misbehaviour: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let error: String
    let reply: @Sendable (String) -> ScriptedStore.Reply

    private static func text(_ status: String, _ headers: String = "", _ body: String = "") -> ScriptedStore.Reply {
        .text("HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private static let upload = "Location: /v1/uploads/0a-0b\r\n"

    static let all: [Misbehaviour] = [
        .init(testDescription: "answers 500", error: "server") { _ in text("500 Oops") },
        .init(testDescription: "is full", error: "busy") { _ in text("507 Full") },
        .init(testDescription: "hangs", error: "timeout") { _ in .silence },
        .init(testDescription: "answers byte by byte", error: "timeout") { _ in .drip },
        .init(testDescription: "closes early", error: "cut") { _ in .close },
        .init(testDescription: "sends elsewhere", error: "protocol") { _ in
            text("307 Go", "Location: https://127.0.0.1:1/\r\n")
        },
        .init(testDescription: "speaks no HTTP", error: "protocol") { _ in .text("SSH-2.0-nothing\r\n\r\n") },
        .init(testDescription: "names an upload on another host", error: "protocol") { _ in
            text("201 Created", "Location: https://other/v1/uploads/0a\r\nUpload-Offset: 0\r\n")
        },
        .init(testDescription: "starts behind the end", error: "protocol") { _ in
            text("201 Created", upload + "Upload-Offset: 99999999\r\n")
        },
        .init(testDescription: "moves its offset without end", error: "protocol") { line in
            if line.hasSuffix("/head HTTP/1.1") { return .text("HTTP/1.1 204 No Content\r\n\r\n") }
            return line.hasPrefix("PATCH")
                ? text("409 Conflict", "Upload-Offset: 7\r\n") : text("201 Created", upload + "Upload-Offset: 0\r\n")
        },
        .init(testDescription: "calls a page a receipt", error: "protocol") { _ in text("200 OK", "", "<html>") },
        .init(testDescription: "sends a receipt without end", error: "protocol") { _ in
            text("200 OK", "", String(repeating: "a", count: 100_000))
        },
        .init(testDescription: "claims to have stored without a word", error: "protocol") { _ in text("200 OK") },
    ]
}

@Suite struct `A store that misbehaves` {
    @Test(arguments: Misbehaviour.all) func `leaves everything queued`(_ wrong: Misbehaviour) async throws {
        let tls = try Certificates()
        let station = try Station()
        let bundle = try station.queue(seq: 1, size: 20_000)
        try await ScriptedStore.serving(tls, script: wrong.reply) { port in
            try station.connect(port: port, authority: tls.authority)
            let before = try station.outboxNames()
            // Only a store that is slow itself is to be left for its slowness.
            let isSlow = wrong.error == "timeout"
            let ended = try await forward(station, stall: isSlow ? 2 : 300, answer: isSlow ? 3 : 300)
            #expect(ended.status == 1)
            #expect(try station.outboxNames() == before)
        }
        #expect(try station.lastError() == wrong.error)
        #expect(station.received("receipt-\(bundle.name.id).jws") == nil)
    }

    @Test func `may send a receipt for something else, which is for capture to refuse`() async throws {
        let tls = try Certificates()
        let station = try Station()
        let bundle = try station.queue(seq: 1, size: 1000)
        try await ScriptedStore.serving(
            tls,
            script: { _ in
                .text("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\na.b.c")
            }
        ) { port in
            try station.connect(port: port, authority: tls.authority)
            #expect(try await forward(station).status == 0)
        }
        #expect(station.received("receipt-\(bundle.name.id).jws") == Array("a.b.c".utf8))
        #expect(try station.outboxNames().contains("\(bundle.name).obs"))
    }

    @Test func `is not spoken to below TLS 1.3`() async throws {
        let tls = try Certificates()
        #expect(try await errorAgainst(tls, newest: .tlsv12, trusting: tls) == "tls")
    }

    @Test func `is not spoken to under another authority`() async throws {
        #expect(
            try await errorAgainst(try Certificates(), newest: nil, trusting: try Certificates()) == "tls-authority")
    }

    @Test func `is not spoken to under another name`() async throws {
        let tls = try Certificates(address: [127, 0, 0, 2])
        #expect(try await errorAgainst(tls, newest: nil, trusting: tls) == "tls-name")
    }

    @Test func `is not spoken to before and after its certificate's time`() async throws {
        let over = try Certificates(lasting: -3000 ..< -60)
        #expect(try await errorAgainst(over, newest: nil, trusting: over) == "tls-expired")
        let early = try Certificates(lasting: 3000..<6000)
        #expect(try await errorAgainst(early, newest: nil, trusting: early) == "tls-not-yet")
    }

    private func errorAgainst(
        _ tls: Certificates, newest: TLSVersion?, trusting: Certificates
    ) async throws -> String? {
        let station = try Station()
        try station.queue(seq: 1, size: 1000)
        try await ScriptedStore.serving(tls, newest: newest, script: { _ in .close }) { port in
            try station.connect(port: port, authority: trusting.authority)
            #expect(try await forward(station).status == 1)
        }
        return try station.lastError()
    }

    @Test func `that is away costs nothing`() async throws {
        let station = try Station()
        try station.queue(seq: 1, size: 1000)
        try station.connect(port: 1, authority: try Certificates().authority)
        #expect(try await forward(station).status == 1)
        #expect(try station.lastError() == "connect")
    }
}

@Suite struct `The forwarder's command line` {
    @Test(arguments: [[], ["--outbox"], ["--outbox", "/tmp", "--inbox", "/tmp", "--verbose"]])
    func `refuses what it does not know`(_ arguments: [String]) async throws {
        #expect(try await run("obscura-forward", arguments).status == 2)
    }
}
