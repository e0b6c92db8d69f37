import BundleFormat
import HTTPTypes
import Hummingbird
import HummingbirdTLS
import Linux
import Logging
import NIOCore

/// The clinic's receiver: TLS 1.3, HTTP/1.1, a folder.
package struct StoreServer: Sendable {
    private let configuration: StoreConfiguration
    private let uploads: Uploads
    private let statements: StatementDesk
    private let identity: ServerIdentity

    /// - Throws: `SystemCallError` when the folder cannot be used, NIOSSL's error for a certificate that is none.
    package init(_ configuration: StoreConfiguration) throws {
        self.configuration = configuration
        identity = try ServerIdentity(
            certificates: configuration.certificates, privateKey: configuration.privateKey)
        let folders = try StoreFolders(configuration)
        uploads = Uploads(folders: folders)
        statements = StatementDesk(folders)
    }

    /// Shows a renewed certificate to every client that connects from now on.
    ///
    /// - Throws: NIOSSL's error where certificate or key cannot be read; then the old one stays.
    package func show(certificates: [UInt8], privateKey: [UInt8]) throws {
        try identity.show(certificates: certificates, privateKey: privateKey)
    }

    /// Serves until SIGTERM, SIGINT or the task's cancellation.
    package func run() async throws {
        var logger = Logger(label: "obscura-store")
        logger.logLevel = .error
        let listening = configuration.listening
        let application = Application(
            router: router(),
            server: try .tls(
                .http1(
                    configuration: .init(
                        idleTimeout: .seconds(75),
                        httpDecoderConfiguration: .init(
                            maxHeaderFieldSize: 8192, maxHeaderListSize: 16384, maxHeaderFieldCount: 64))),
                tlsConfiguration: identity.configuration()),
            configuration: .init(
                address: .hostname(configuration.address, port: configuration.port), serverName: nil),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { listening(port) }
            },
            logger: logger)
        try await application.runService()
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/v1/health") { _, _ in Response(status: .noContent) }
        router.get("/v1/policy") { _, _ in
            try await answer { try await blocking { document(try configuration.policy().bytes, "application/jwt") } }
        }
        router.get("/v1/lists/:number") { _, context in
            try await answer {
                guard let number = context.parameters.get("number", as: Int.self), number >= 0,
                    let bytes = try await blocking({ try configuration.list(number) })
                else { throw Problem(.notFound, "no-list") }
                return document(bytes, "application/statuslist+jwt")
            }
        }
        addBundles(router)
        addStatements(router)
        return router
    }

    private func addBundles(_ router: Router<BasicRequestContext>) {
        router.put("/v1/bundles/:digest") { request, context in
            try await answer {
                let caller = try Caller(request, configuration)
                return try await uploads.create(digest(context), request, caller)
            }
        }
        router.get("/v1/bundles/:digest/receipt") { request, context in
            try await answer {
                let caller = try Caller(request, configuration)
                let upload = UploadName(station: caller.key.fingerprint, digest: try digest(context))
                return try await uploads.receipt(upload, caller)
            }
        }
        router.put("/v1/uploads/:upload/head") { request, context in
            try await answer {
                let (upload, caller) = try own(request, context)
                return try await uploads.head(upload, request, caller)
            }
        }
        router.on("/v1/uploads/:upload", method: .head) { request, context in
            try await answer { try await uploads.ask(own(request, context).upload) }
        }
        router.on("/v1/uploads/:upload", method: .patch) { request, context in
            try await answer {
                let (upload, caller) = try own(request, context)
                return try await uploads.append(upload, request, caller)
            }
        }
        router.delete("/v1/uploads/:upload") { request, context in
            try await answer { try await uploads.drop(own(request, context).upload) }
        }
    }

    private func addStatements(_ router: Router<BasicRequestContext>) {
        router.put("/v1/enrolments/:fingerprint") { request, context in
            try await answer {
                guard let fingerprint = try? Digest(hex: context.parameters.require("fingerprint")) else {
                    throw Problem(.notFound, "fingerprint")
                }
                return try await statements.enrol(fingerprint, request)
            }
        }
        router.put("/v1/tombstones/:bundle") { request, context in
            try await answer {
                let caller = try Caller(request, configuration)
                guard let bundle = try? BundleID(parsing: context.parameters.require("bundle")) else {
                    throw Problem(.notFound, "bundle")
                }
                return try await statements.bury(bundle, request, caller)
            }
        }
        router.put("/v1/notices/:seq") { request, context in
            try await answer {
                let caller = try Caller(request, configuration)
                guard let text = context.parameters.get("seq"), let seq = UInt64(text), String(seq) == text else {
                    throw Problem(.notFound, "notice")
                }
                return try await statements.note(seq, request, caller)
            }
        }
    }

    private func digest(_ context: BasicRequestContext) throws -> Digest {
        guard let digest = try? Digest(hex: context.parameters.require("digest")) else {
            throw Problem(.notFound, "digest")
        }
        return digest
    }

    /// The upload in the path when it is the caller's; another station's does not exist for it.
    private func own(
        _ request: Request, _ context: BasicRequestContext
    ) throws -> (upload: UploadName, caller: Caller) {
        let caller = try Caller(request, configuration)
        guard let text = context.parameters.get("upload"), let upload = UploadName(parsing: text),
            upload.station == caller.key.fingerprint
        else { throw Problem(.notFound, "no-upload") }
        return (upload, caller)
    }

    private func document(_ bytes: [UInt8], _ type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

/// Every refusal becomes an answer; what went wrong inside is not told.
private func answer(_ body: () async throws -> Response) async throws -> Response {
    do { return try await body() } catch {
        let problem = Problem(error)
        if problem.status == .internalServerError { complain("obscura-store: \(error)") }
        return problem.response
    }
}
