import Control
import Curl
import JOSE

/// The station said no.
struct RefusedByStation: Error {
    let refusal: Refusal

    init(_ refusal: Refusal) { self.refusal = refusal }
    init(_ code: String, _ line: String, hint: String? = nil) { refusal = Refusal(code, line, hint: hint) }
}

/// HTTP over the station's control socket.
struct Desk {
    let socket: String

    func get(_ path: String) throws -> JSONObject { try ask("GET", path, .none, type: nil) }
    func delete(_ path: String) throws -> JSONObject { try ask("DELETE", path, .none, type: nil) }

    func post(_ path: String, object: JSONObject) throws -> JSONObject {
        try ask("POST", path, .bytes(object.canonical), type: "application/json")
    }

    func post(_ path: String, text: String, type: String) throws -> JSONObject {
        try ask("POST", path, .bytes(Array(text.utf8)), type: type)
    }

    /// Asks for an answer that goes on; `sink` gets its pieces, and ends it with false.
    func stream(_ path: String, into sink: @escaping ([UInt8]) -> Bool) throws {
        do {
            let response = try send("GET", path, .none, type: nil, into: sink)
            if response.status != 200 { _ = try Self.answer(response) }
        } catch CurlError.cancelled {}
    }

    private func ask(_ method: String, _ path: String, _ body: HTTPRequest.Body, type: String?) throws -> JSONObject {
        try Self.answer(try send(method, path, body, type: type, into: nil))
    }

    private func send(
        _ method: String, _ path: String, _ body: HTTPRequest.Body, type: String?, into sink: (([UInt8]) -> Bool)?
    ) throws -> HTTPResponse {
        let headers = type.map { [(name: "Content-Type", value: $0)] } ?? []
        do {
            // No byte comes back before a shot is over, and the station gives it 120 s and three times its detector's time,
            // which is 300 s at most. A station that ends closes its socket and is not waited for.
            var client = try HTTPClient(
                unixSocket: socket,
                patience: Patience(connectMilliseconds: 5_000, stalledSeconds: 1020, answerSeconds: 1200))
            return try client.send(
                HTTPRequest(
                    method, "http://station\(path)", headers: headers, body: body, answerBound: ControlReply.bound),
                into: sink)
        } catch CurlError.cut, CurlError.timedOut {
            throw RefusedByStation(.silent("the station"))
        } catch CurlError.cancelled { throw CurlError.cancelled } catch {
            throw RefusedByStation(
                "desk-absent", "the station does not answer at \(socket)", hint: "systemctl status obscura-desk")
        }
    }

    private static func answer(_ response: HTTPResponse) throws -> JSONObject {
        guard let object = try? JSON(parsing: response.body.trimmed, bound: ControlReply.bound),
            case .object(let answer) = object
        else { throw RefusedByStation("answer", "the station answered nonsense (status \(response.status))") }
        if case .object(let refused)? = answer["refused"] {
            throw RefusedByStation(try Refusal(reading: ObjectReader(refused)))
        }
        guard response.status == 200 else {
            throw RefusedByStation("answer", "the station answered status \(response.status)")
        }
        return answer
    }
}

extension [UInt8] {
    fileprivate var trimmed: [UInt8] { Array(prefix(while: { $0 != UInt8(ascii: "\n") })) }
}
