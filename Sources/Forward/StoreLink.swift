import BundleFormat
import Curl
import ForwardLink
import JOSE
import Linux

/// The store's side of the wire: every request that a station makes, and what its answers mean.
struct StoreLink: ~Copyable {
    /// What a station shows with each request.
    struct Credentials: Equatable {
        let ticket: String
        /// Base64 of the SubjectPublicKeyInfo: the ticket names it by fingerprint only.
        let key: String
    }

    static let receiptBound = 8192
    let address: StoreAddress
    private var client: HTTPClient
    private let alive: @Sendable () -> Void

    init(_ address: StoreAddress, patience: Patience, alive: @escaping @Sendable () -> Void) throws(ForwardFault) {
        self.address = address
        self.alive = alive
        do { client = try HTTPClient(trusting: address.authority, patience: patience) } catch {
            throw ForwardFault(error)
        }
    }

    private mutating func send(_ request: HTTPRequest) throws(ForwardFault) -> HTTPResponse {
        let alive = alive
        do {
            return try client.send(request) { _ in
                alive()
                return true
            }
        } catch { throw ForwardFault(error) }
    }

    private func request(
        _ method: String, _ path: String, _ credentials: Credentials, _ headers: [(String, String)] = [],
        body: HTTPRequest.Body = .none
    ) -> HTTPRequest {
        let common = [("Authorization", "Bearer \(credentials.ticket)"), ("Obscura-Key", credentials.key)]
        return HTTPRequest(method, address.url + path, headers: common + headers, body: body)
    }

    /// What the store says about an upload.
    enum Created {
        case stored(receipt: [UInt8])
        case open(location: String, offset: Int)
    }

    /// Makes the upload, or finds it again.
    mutating func create(_ bundle: borrowing OutgoingBundle, _ credentials: Credentials) throws(ForwardFault) -> Created
    {
        let answer = try send(
            request(
                "PUT", "/v1/bundles/\(bundle.digest.hex)", credentials,
                [
                    ("Upload-Complete", "?0"), ("Upload-Length", "\(bundle.size)"),
                    ("Repr-Digest", "sha-256=:\(base64(bundle.digest.bytes)):"),
                ], body: .bytes([])))
        switch answer.status {
        case 200: return .stored(receipt: try receipt(answer))
        case 201:
            guard let location = answer.header("location"), isUpload(location) else { throw .protocolBroken }
            return .open(location: location, offset: try offset(answer, size: bundle.size))
        case let status: throw ForwardFault(status: status)
        }
    }

    /// Sends manifest, signature and key, so that the store can refuse before the pictures travel.
    mutating func head(
        _ bundle: borrowing OutgoingBundle, _ location: String, _ credentials: Credentials
    ) throws(ForwardFault) {
        let answer = try send(
            request(
                "PUT", location + "/head", credentials, [("Content-Type", "application/x-tar")],
                body: .bytes(bundle.head)))
        guard answer.status == 204 else { throw ForwardFault(status: answer.status) }
    }

    enum Appended {
        case stored(receipt: [UInt8])
        /// The store wants another offset.
        case elsewhere(Int)
    }

    /// Sends everything from `offset` to the end in one request.
    mutating func append(
        _ bundle: borrowing OutgoingBundle, from offset: Int, _ location: String, _ credentials: Credentials
    ) throws(ForwardFault) -> Appended {
        let answer = try send(
            request(
                "PATCH", location, credentials,
                [
                    ("Content-Type", "application/partial-upload"), ("Upload-Offset", "\(offset)"),
                    ("Upload-Complete", "?1"),
                ],
                body: .file(descriptor: bundle.file.number, offset: offset, count: bundle.size - offset)))
        switch answer.status {
        case 200: return .stored(receipt: try receipt(answer))
        case 409 where answer.header("upload-offset") != nil:
            return .elsewhere(try self.offset(answer, size: bundle.size))
        case let status: throw ForwardFault(status: status)
        }
    }

    /// The offset that the store holds durably; nil when it knows no such upload any more.
    mutating func ask(_ location: String, size: Int, _ credentials: Credentials) throws(ForwardFault) -> Int? {
        let answer = try send(request("HEAD", location, credentials))
        switch answer.status {
        case 204: return try offset(answer, size: size)
        case 404: return nil
        case let status: throw ForwardFault(status: status)
        }
    }

    /// A receipt that was made already; nil when the store has no such bundle.
    mutating func receipt(for digest: Digest, _ credentials: Credentials) throws(ForwardFault) -> [UInt8]? {
        let answer = try send(request("GET", "/v1/bundles/\(digest.hex)/receipt", credentials))
        switch answer.status {
        case 200: return try receipt(answer)
        case 404: return nil
        case let status: throw ForwardFault(status: status)
        }
    }

    /// Puts a small signed text: a notice or a tombstone.
    mutating func put(
        _ text: [UInt8], signature: [UInt8], at path: String, _ credentials: Credentials
    ) throws(ForwardFault) {
        let answer = try send(
            request(
                "PUT", path, credentials,
                [("Content-Type", "text/plain"), ("Obscura-Signature", base64(signature))], body: .bytes(text)))
        guard answer.status == 204 else { throw ForwardFault(status: answer.status) }
    }

    /// Puts the enrolment: the one request that shows no ticket, for there is none before the clinic has approved.
    mutating func enrol(_ text: [UInt8], signature: [UInt8], key: StationKey) throws(ForwardFault) {
        let answer = try send(
            HTTPRequest(
                "PUT", "\(address.url)/v1/enrolments/\(key.fingerprint.hex)",
                headers: [
                    ("Content-Type", "text/plain"), ("Obscura-Key", base64(key.der)),
                    ("Obscura-Signature", base64(signature)),
                ], body: .bytes(text)))
        guard answer.status == 202 else { throw ForwardFault(status: answer.status) }
    }

    /// A signed document in compact form, at most `bound` bytes. No ticket is shown: policy and lists are open.
    mutating func fetch(_ url: String, bound: Int) throws(ForwardFault) -> [UInt8] {
        let answer = try send(HTTPRequest("GET", url, answerBound: bound))
        guard answer.status == 200 else { throw ForwardFault(status: answer.status) }
        guard isCompactJWS(answer.body) else { throw .protocolBroken }
        return answer.body
    }

    private func receipt(_ answer: HTTPResponse) throws(ForwardFault) -> [UInt8] {
        guard answer.body.count <= Self.receiptBound, isCompactJWS(answer.body) else { throw .protocolBroken }
        return answer.body
    }

    private func offset(_ answer: HTTPResponse, size: Int) throws(ForwardFault) -> Int {
        guard let text = answer.header("upload-offset"), let offset = Int(text), (0...size).contains(offset) else {
            throw .protocolBroken
        }
        return offset
    }

    // A location on another host would carry the ticket there.
    private func isUpload(_ location: String) -> Bool {
        location.hasPrefix("/v1/uploads/") && location.utf8.count <= 200
            && location.utf8.dropFirst(12).allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7a).contains($0) || $0 == UInt8(ascii: "-")
            }
    }
}

/// Three parts of base64url with dots between; whether it is signed is for capture to say.
func isCompactJWS(_ bytes: [UInt8]) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 3
        && parts.allSatisfy { part in
            !part.isEmpty
                && part.allSatisfy {
                    (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                        || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                }
        }
}
