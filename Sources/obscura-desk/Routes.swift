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

    func router() -> Router<CallerContext> {
        let router = Router(context: CallerContext.self)
        let v1 = router.group("v1")
        v1.get("status") { try await answer(.status, $0, $1) }
        v1.get("devices") { try await answer(.devices, $0, $1) }
        v1.get("queue") { try await answer(.queue, $0, $1) }
        v1.get("doctor") { try await answer(.doctor, $0, $1) }
        v1.get("journal") { request, context in
            let last = request.uri.queryParameters.get("last", as: Int64.self) ?? 100
            return try await answer(.journal(last: last), request, context)
        }
        v1.post("session") { request, context in
            let token = try await text(request, bound: 16 * 1024)
            return try await answer(.openSession(token: token), request, context)
        }
        v1.delete("session") { try await answer(.closeSession, $0, $1) }
        v1.post("session/withdraw") { try await answer(.withdrawSession, $0, $1) }
        v1.post("shots") { request, context in
            var body = try await object(request)
            let camera: String? = body.optional("camera") == nil ? nil : try body.string("camera")
            let shot = ControlRequest.capture(
                site: try body.string("site"), modality: try body.string("modality"), camera: camera)
            try body.finish()
            return try await answer(shot, request, context)
        }
        v1.post("shots/{seq}/void") { request, context in
            var body = try await object(request)
            guard let sequence = context.parameters.get("seq", as: Int64.self) else { throw JOSEError.invalid("seq") }
            let void = ControlRequest.void(sequence: sequence, reason: try body.string("reason"))
            try body.finish()
            return try await answer(void, request, context)
        }
        v1.post("enrolment") { request, context in
            var body = try await object(request)
            let enroll = ControlRequest.enroll(root: try body.string("root"), policy: try body.string("policy"))
            try body.finish()
            return try await answer(enroll, request, context)
        }
        router.add(middleware: ClearErrors())
        return router
    }

    private func answer(_ request: ControlRequest, _ http: Request, _ context: CallerContext) async throws -> Response {
        guard let peer = try await context.peer() else {
            return Self.response(.forbidden, Refusal("no-peer", "the caller is unknown").object)
        }
        let call = ControlCall(request, uid: peer.uid, roles: roles.roles(of: peer))
        guard call.isAllowed else {
            let wanted = request.roles.map(\.group).sorted().joined(separator: ", ")
            let refusal = Refusal("role", "your user may not do this", hint: "it takes membership of one of: \(wanted)")
            return Self.response(.forbidden, ["refused": .object(refusal.object)])
        }
        switch try await link.ask(call) {
        case .done(let object): return Self.response(.ok, object)
        case .refused(let refusal): return Self.response(.conflict, ["refused": .object(refusal.object)])
        }
    }

    private func text(_ request: Request, bound: Int) async throws -> String {
        var request = request
        let buffer = try await request.collectBody(upTo: bound)
        return String(buffer: buffer)
    }

    private func object(_ request: Request) async throws -> ObjectReader {
        try ObjectReader(
            parsing: Array(try await text(request, bound: ControlRequest.bound).utf8), bound: ControlRequest.bound)
    }

    static func response(_ status: HTTPResponse.Status, _ object: JSONObject) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: object.canonical + [UInt8(ascii: "\n")])))
    }
}

/// Turns what a handler throws into one clear line.
struct ClearErrors<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch let error as JOSEError {
            return Routes.response(
                .badRequest, ["refused": .object(Refusal("request", "not a request: \(error)").object)])
        } catch let error as HTTPError {
            let refusal = Refusal("request", "no such request, or too large (\(error.status.code))")
            return Routes.response(error.status, ["refused": .object(refusal.object)])
        }
    }
}
