import Control
import HTTPTypes
import Hummingbird

/// Answers a method that a path does not take with 405 and those that it takes; the router alone would call the path unknown.
struct AllowedMethods<Inner: HTTPResponder>: HTTPResponder where Inner.Context == CallerContext {
    private let paths: [(segments: [Substring], methods: [HTTPRequest.Method])]
    private let inner: Inner

    init(of router: Router<CallerContext>, before inner: Inner) {
        paths = Dictionary(grouping: router.routes) { $0.path.description }
            .map { (Self.segments($0.key), $0.value.map(\.method)) }
        self.inner = inner
    }

    func respond(to request: Request, context: CallerContext) async throws -> Response {
        let segments = Self.segments(request.uri.path)
        let known = paths.first { Self.matches($0.segments, segments) }
        guard let known, !known.methods.contains(request.method) else {
            return try await inner.respond(to: request, context: context)
        }
        let names = known.methods.map(\.rawValue).sorted().joined(separator: ", ")
        var response = Routes.response(.methodNotAllowed, Refusal("method", "this path takes \(names) only"))
        response.headers[.allow] = names
        return response
    }

    private static func segments(_ path: some StringProtocol) -> [Substring] {
        Substring(path).split(separator: "/")
    }

    private static func matches(_ template: [Substring], _ path: [Substring]) -> Bool {
        template.count == path.count && zip(template, path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}
