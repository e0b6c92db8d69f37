import Control
import HTTPTypes
import Hummingbird
import JOSE
import Linux
import NIOCore

/// The HTTP face of the closed request table, under `/v1`.
struct Routes: Sendable {
    let link: CaptureLink
    let roles: RoleTable
    /// How long a client may take for one picture of a live view.
    let patience: TimeAmount

    func router() -> Router<CallerContext> {
        let router = Router(context: CallerContext.self)
        // First: it is around those that come after it only.
        router.add(middleware: ClearErrors())
        // What answers here, for the desk's own pulse and for whoever looks around; the only thing that capture has no part in.
        router.get("v1") { _, _ in Self.response(.ok, ["api": .string("v1")]) }
        router.get("metrics") { try await metrics($0, $1) }
        let v1 = router.group("v1")
        v1.get("health") { try await health($0, $1) }
        v1.get("status") { try await answer(.status, $0, $1) }
        v1.get("devices") { try await answer(.devices, $0, $1) }
        v1.get("queue") { try await answer(.queue, $0, $1) }
        v1.get("doctor") { try await answer(.doctor, $0, $1) }
        v1.get("pod") { try await answer(.podStatus, $0, $1) }
        v1.post("pod/test") { try await answer(.podTest, $0, $1) }
        v1.get("journal") { request, context in
            let words = request.uri.queryParameters[values: "last"]
            guard words.count <= 1 else { throw JOSEError.invalid("last") }
            let last = try words.first.map {
                try Self.number($0, named: "last", in: 1...ControlRequest.mostRecords)
            }
            return try await answer(.journal(last: last ?? 100), request, context)
        }
        v1.post("session") { request, context in
            let token = try await text(request, bound: 16 * 1024, types: ["application/jwt", "text/plain"])
            return try await answer(.openSession(token: token), request, context)
        }
        v1.delete("session") { try await answer(.closeSession, $0, $1) }
        v1.post("session/withdraw") { try await answer(.withdrawSession, $0, $1) }
        v1.post("session/site") { request, context in
            var body = try await object(request)
            let site = body.optional("site") == nil ? nil : try body.string("site")
            try body.finish()
            return try await answer(.chooseSite(site), request, context)
        }
        v1.post("shots") { request, context in
            var body = try await object(request)
            let wish = try ShotWish(reading: &body)
            try body.finish()
            return try await answer(.capture(wish), request, context)
        }
        v1.post("scans") { request, context in
            var body = try await object(request)
            let wish = try ScanWish(reading: &body)
            try body.finish()
            return try await answer(.scan(wish), request, context)
        }
        v1.get("preview") { try await preview($0, $1) }
        v1.post("shots/{seq}/void") { request, context in
            var body = try await object(request)
            let sequence = try Self.number(
                context.parameters.require("seq")[...], named: "seq", in: ControlRequest.sequences)
            let void = ControlRequest.void(sequence: sequence, reason: try body.string("reason"))
            try body.finish()
            return try await answer(void, request, context)
        }
        v1.post("cameras/{name}/approval") { request, context in
            try await answer(.approveCamera(try context.camera), request, context)
        }
        v1.delete("cameras/{name}/approval") { request, context in
            try await answer(.revokeCamera(try context.camera), request, context)
        }
        v1.post("enrolment") { request, context in
            var body = try await object(request)
            let enroll = ControlRequest.enroll(root: try body.string("root"), policy: try body.string("policy"))
            try body.finish()
            return try await answer(enroll, request, context)
        }
        v1.post("recovery-request") { try await answer(.recoveryRequest, $0, $1) }
        v1.post("recovery") { request, context in
            var body = try await object(request)
            let recover = ControlRequest.recover(word: try body.string("word"))
            try body.finish()
            return try await answer(recover, request, context)
        }
        return router
    }

    private func answer(_ request: ControlRequest, _ http: Request, _ context: CallerContext) async throws -> Response {
        switch try await link.ask(try await call(request, context)) {
        case .done(let object): return Self.response(.ok, object)
        case .refused(let refusal): return Self.response(.conflict, refusal)
        }
    }

    /// The request with who asks it.
    ///
    /// - Throws: `Forbidden` when the caller's groups do not allow it.
    func call(_ request: ControlRequest, _ context: CallerContext) async throws -> ControlCall {
        guard let peer = try await context.peer() else {
            throw Forbidden(refusal: Refusal("no-peer", "the caller is unknown"))
        }
        let call = ControlCall(request, uid: peer.uid, roles: roles.roles(of: peer))
        guard call.isAllowed else {
            let wanted = request.roles.map(\.group).sorted().joined(separator: ", ")
            throw Forbidden(
                refusal: Refusal(
                    "role", "your user may not do this", hint: "it takes membership of one of: \(wanted)"))
        }
        return call
    }

    private func health(_ http: Request, _ context: CallerContext) async throws -> Response {
        let health = Health(of: try await link.ask(try await call(.status, context)))
        return Self.response(health.faults.isEmpty ? .ok : .serviceUnavailable, health.object)
    }

    private func metrics(_ http: Request, _ context: CallerContext) async throws -> Response {
        let metrics = Metrics(of: try await link.ask(try await call(.status, context)))
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text)))
    }

    /// The body, when it says of itself that it is of one of these types.
    private func text(_ request: Request, bound: Int, types: [String]) async throws -> String {
        let type = (request.headers[.contentType] ?? "").prefix { $0 != ";" && $0 != " " }.lowercased()
        guard types.contains(type) else { throw WrongType(wanted: types) }
        var request = request
        let buffer = try await request.collectBody(upTo: bound)
        return String(buffer: buffer)
    }

    private func object(_ request: Request) async throws -> ObjectReader {
        let text = try await text(request, bound: ControlRequest.bound, types: ["application/json"])
        return try ObjectReader(parsing: Array(text.utf8), bound: ControlRequest.bound)
    }

    /// A whole number in the one way to write it.
    static func number(
        _ text: Substring, named name: String, in range: ClosedRange<Int64>
    ) throws(JOSEError) -> Int64 {
        guard let number = Int64(text), "\(number)" == text, range.contains(number) else { throw .invalid(name) }
        return number
    }

    static func response(_ status: HTTPResponse.Status, _ refusal: Refusal) -> Response {
        response(status, ["refused": .object(refusal.object)])
    }

    private static func response(_ status: HTTPResponse.Status, _ object: JSONObject) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: object.canonical + [UInt8(ascii: "\n")])))
    }
}

extension CallerContext {
    /// The camera that the path names.
    fileprivate var camera: String {
        get throws {
            guard let name = parameters.get("name") else { throw JOSEError.invalid("name") }
            return name
        }
    }
}

/// The caller's groups do not allow what was asked.
struct Forbidden: Error {
    let refusal: Refusal
}

/// The body is not of a type that this path takes.
struct WrongType: Error {
    let wanted: [String]
}

extension Routes {
    /// What a handler threw, as one clear line.
    fileprivate static func response(to error: any Error) -> Response {
        switch error {
        case let error as Forbidden: response(.forbidden, error.refusal)
        case let error as WrongType:
            response(
                .unsupportedMediaType,
                Refusal("type", "the Content-Type has to be \(error.wanted.joined(separator: " or "))"))
        case let error as JOSEError: response(.badRequest, Refusal("request", "not a request: \(error)"))
        case let error as any HTTPResponseError:
            response(error.status, Refusal("request", "no such request, or too large (\(error.status.code))"))
        default: response(.internalServerError, Refusal("desk", "the desk failed: \(error)"))
        }
    }
}

/// Before the router makes an answer of its own from an error.
private struct ClearErrors: RouterMiddleware {
    func handle(
        _ request: Request, context: CallerContext, next: (Request, CallerContext) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch { return Routes.response(to: error) }
    }
}
