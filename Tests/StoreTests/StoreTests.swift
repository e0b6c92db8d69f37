import BundleFormat
import Curl
import Foundation
import JOSE
import StoreRig
import Testing

@testable import Store

/// A hand-made client of one station: any request, in any order.
private struct Client: Sendable {
    let clinic: Clinic
    let station: Station
    let port: Int

    func ask(
        _ method: String, _ path: String, _ headers: [(name: String, value: String)] = [], ticket: String? = nil,
        body: HTTPRequest.Body = .none
    ) async throws -> HTTPResponse {
        let common = [
            (name: "Authorization", value: "Bearer \(try ticket ?? station.ticket())"),
            (name: "Obscura-Key", value: Data(station.key.der).base64EncodedString()),
        ]
        let request = HTTPRequest(method, "https://127.0.0.1:\(port)\(path)", headers: common + headers, body: body)
        let authority = Array(clinic.tls.authority.utf8)
        // libcurl waits: not on a thread that the server needs.
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        var client = try HTTPClient(trusting: authority)
                        return try client.send(request)
                    })
            }
        }
    }

    func create(_ bytes: [UInt8], digest: Digest? = nil, ticket: String? = nil) async throws -> HTTPResponse {
        let digest = try digest ?? Digest.of(bytes)
        return try await ask(
            "PUT", "/v1/bundles/\(try Digest.of(bytes))",
            [
                ("Upload-Complete", "?0"), ("Upload-Length", "\(bytes.count)"),
                ("Repr-Digest", "sha-256=:\(Data(digest.bytes).base64EncodedString()):"),
            ], ticket: ticket, body: .bytes([]))
    }

    func append(
        _ bytes: [UInt8], at offset: Int, _ location: String, completes: Bool
    ) async throws -> HTTPResponse {
        try await ask(
            "PATCH", location,
            [
                ("Content-Type", "application/partial-upload"), ("Upload-Offset", "\(offset)"),
                ("Upload-Complete", completes ? "?1" : "?0"),
            ], body: .bytes(bytes))
    }

    /// Manifest, signature and key of a bundle made by the rig.
    func head(of bundle: [UInt8]) throws -> [UInt8] {
        let mark = try #require(bundle.firstRange(of: Array("manifest.txt".utf8) + [0]))
        return Array(bundle[mark.lowerBound...])
    }

    func start(_ bytes: [UInt8]) async throws -> String {
        let location = try #require(try await create(bytes).header("location"))
        let head = try await ask("PUT", "\(location)/head", body: .bytes(try head(of: bytes)))
        #expect(head.status == 204)
        return location
    }
}

@Suite struct `A store` {
    private func serving(
        _ kind: KeyOrigin = .software,
        now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) },
        _ body: @Sendable (Client) async throws -> Void
    ) async throws {
        let clinic = try Clinic(kind: kind == .tpm ? .production : .demonstration)
        let station = try Station(kind)
        try clinic.approve(station)
        try await clinic.serving(now: now) { port in
            try await body(Client(clinic: clinic, station: station, port: port))
        }
    }

    private let id = BundleID(bits: 5)

    @Test func `says where an upload stands and takes no other offset`() async throws {
        try await serving { client in
            let bytes = try client.station.bundle(seq: 1, id: id, size: 100_000)
            let location = try await client.start(bytes)
            #expect(try await client.append(Array(bytes[..<40_000]), at: 0, location, completes: false).status == 204)
            let wrong = try await client.append(Array(bytes[50_000...]), at: 50_000, location, completes: true)
            #expect(wrong.status == 409)
            #expect(wrong.header("upload-offset") == "40000")
            let held = try await client.ask("HEAD", location)
            #expect(held.status == 204)
            #expect(held.header("upload-offset") == "40000")
            #expect(held.header("upload-length") == "\(bytes.count)")
            let receipt = try await client.append(Array(bytes[40_000...]), at: 40_000, location, completes: true)
            #expect(receipt.status == 200)
            let again = try await client.create(bytes)
            #expect(again.status == 200)
            #expect(again.body == receipt.body)
            #expect(try await client.ask("GET", "/v1/bundles/\(try Digest.of(bytes))/receipt").body == receipt.body)
        }
    }

    @Test func `signs a receipt that names the bundle, its size and its digest`() async throws {
        try await serving { client in
            let bytes = try client.station.bundle(seq: 12, id: id, size: 1000)
            let location = try await client.start(bytes)
            let answer = try await client.append(bytes, at: 0, location, completes: true)
            let payload = try CompactJWS(parsing: answer.body, bound: 8192).payload(
                verifiedBy: client.clinic.receiptKey.publicKey, type: "obscura-receipt+jwt")
            var claims = try ObjectReader(parsing: payload, bound: 8192)
            #expect(try claims.string("kind") == "stored")
            #expect(try claims.string("bundle") == "\(id)")
            #expect(try claims.string("sha256") == Digest.of(bytes).hex)
            #expect(try claims.integer("size") == Int64(bytes.count))
            #expect(try claims.integer("seq") == 12)
        }
    }

    @Test func `refuses a digest that the bytes do not have, and forgets them`() async throws {
        try await serving { client in
            let bytes = try client.station.bundle(seq: 1, id: id, size: 1000)
            #expect(try await client.create(bytes, digest: try Digest.of([1])).status == 400)
            let location = try await client.start(bytes)
            var other = bytes
            other[600] ^= 1
            #expect(try await client.append(other, at: 0, location, completes: true).status == 422)
            #expect(try await client.ask("HEAD", location).status == 404)
            #expect(try client.clinic.storedFiles() == [])
        }
    }

    @Test func `takes no picture before its signed head`() async throws {
        try await serving { client in
            let bytes = try client.station.bundle(seq: 1, id: id, size: 1000)
            let location = try #require(try await client.create(bytes).header("location"))
            #expect(try await client.append(bytes, at: 0, location, completes: true).status == 428)
            var head = try client.head(of: bytes)
            head[600] ^= 1
            #expect(try await client.ask("PUT", "\(location)/head", body: .bytes(head)).status == 422)
        }
    }

    @Test func `refuses other tickets`() async throws {
        try await serving { client in
            let bytes = try client.station.bundle(seq: 1, id: id, size: 1000)
            let expired = try client.station.ticket(age: 90_000)
            #expect(try await client.create(bytes, ticket: expired).status == 401)
            #expect(try await client.create(bytes, ticket: try client.station.ticket(store: "store-2")).status == 401)
            let stranger = Client(clinic: client.clinic, station: try Station(name: "derm-04"), port: client.port)
            #expect(try await stranger.create(bytes).status == 403)
            let location = try await client.start(bytes)
            try client.clinic.approve(stranger.station)
            #expect(try await stranger.ask("HEAD", location).status == 404)
            try client.clinic.approve(client.station, .lost)
            #expect(try await client.ask("HEAD", location).status == 403)
        }
    }

    @Test func `refuses software keys in production`() async throws {
        try await serving(.tpm) { client in
            let bytes = try client.station.bundle(seq: 1, id: id, size: 1000, keys: .software)
            let location = try #require(try await client.create(bytes).header("location"))
            let head = try await client.ask("PUT", "\(location)/head", body: .bytes(try client.head(of: bytes)))
            #expect(head.status == 422)
        }
    }

    @Test func `takes no bundle that was made void`() async throws {
        try await serving { client in
            let text = Tombstone(
                bundle: id, station: client.station.key.fingerprint, seq: 1, voids: try Digest.of([]),
                reason: try Reason(parsing: "blurred"), time: 1_700_000_000
            ).text
            let path = "/v1/tombstones/\(id)"
            #expect(
                try await client.ask("PUT", path, [("Obscura-Signature", "AAAA")], body: .bytes(text)).status == 422)
            let signature = Data(try client.station.sign(text)).base64EncodedString()
            #expect(
                try await client.ask("PUT", path, [("Obscura-Signature", signature)], body: .bytes(text)).status == 204)
            let bytes = try client.station.bundle(seq: 1, id: id, size: 1000)
            let location = try #require(try await client.create(bytes).header("location"))
            #expect(
                try await client.ask("PUT", "\(location)/head", body: .bytes(try client.head(of: bytes))).status == 410)
        }
    }

    @Test func `keeps the first bundle of a name`() async throws {
        try await serving { client in
            let first = try client.station.bundle(seq: 1, id: id, size: 1000)
            let second = try client.station.bundle(seq: 1, id: id, size: 2000)
            let one = try await client.append(first, at: 0, try await client.start(first), completes: true)
            let two = try await client.append(second, at: 0, try await client.start(second), completes: true)
            #expect(one.status == 200)
            #expect(two.status == 422)
            #expect(try await client.create(first).body == one.body)
        }
    }

    @Test func `bounds what it is told to expect`() async throws {
        try await serving { client in
            let bytes = try client.station.bundle(seq: 1, id: id, size: 1000)
            let location = try await client.start(bytes)
            #expect(try await client.append(bytes + [0], at: 0, location, completes: true).status == 400)
            #expect(try await client.append(Array(bytes.dropLast()), at: 0, location, completes: true).status == 400)
            let answer = try await client.ask(
                "PUT", "/v1/bundles/\(try Digest.of(bytes))", [("Upload-Length", "99999999999")], body: .bytes([]))
            #expect(answer.status == 413)
            #expect(answer.header("upload-limit") != nil)
            #expect(try await client.ask("DELETE", location).status == 204)
            #expect(try await client.ask("HEAD", location).status == 404)
        }
    }

    @Test func `takes ten enrolments a minute from all the world`() async throws {
        // A minute that does not go on while the machine is slow.
        let now = Int64(Date().timeIntervalSince1970)
        try await serving(now: { now }) { client in
            var statuses: [Int] = []
            for _ in 1...11 {
                let other = Client(clinic: client.clinic, station: try Station(), port: client.port)
                let text = Enrolment(
                    station: try StationName(parsing: "derm-04"), key: other.station.key.fingerprint, keys: .software,
                    time: 1
                ).text
                let signature = Data(try other.station.sign(text)).base64EncodedString()
                statuses.append(
                    try await other.ask(
                        "PUT", "/v1/enrolments/\(other.station.key.fingerprint)", [("Obscura-Signature", signature)],
                        body: .bytes(text)
                    ).status)
            }
            #expect(statuses == Array(repeating: 202, count: 10) + [429])
        }
    }

    @Test func `speaks TLS 1.3 and nothing older`() async throws {
        try await serving { client in
            let connect = ["s_client", "-connect", "127.0.0.1:\(client.port)"]
            let (newest, older) = (
                try await run("/usr/bin/openssl", connect + ["-tls1_3"]),
                try await run("/usr/bin/openssl", connect + ["-tls1_2"])
            )
            #expect(newest.status == 0)
            #expect(older.status != 0)
        }
    }
}

@Suite struct `A client that goes away` {
    @Test func `is no fault of the store`() {
        #expect(Problem(CancellationError()).status.code == 503)
        #expect(Problem(CocoaError(.fileNoSuchFile)).status.code == 500)
    }
}
