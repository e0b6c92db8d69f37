import HTTPTypes
import Hummingbird
import Linux
import NIOCore

/// A refusal as RFC 9457 writes it. `kind` is a word of this protocol, never text from a request.
struct Problem: Error {
    let status: HTTPResponse.Status
    let kind: String
    var headers: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ kind: String, headers: HTTPFields = [:]) {
        self.status = status
        self.kind = kind
        self.headers = headers
    }

    /// The upload stands elsewhere (draft-ietf-httpbis-resumable-upload section 7.1).
    static func offset(_ offset: Int) -> Problem {
        Problem(.conflict, "mismatching-upload-offset", headers: [.uploadOffset: "\(offset)"])
    }

    /// What a failure of any kind is to the one who asked.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let call as SystemCallError where call.isFull: self.init(.insufficientStorage, "full")
        // Nobody is there to read this, or a newer request took the upload over.
        case is CancellationError: self.init(.serviceUnavailable, "cut")
        default: self.init(.internalServerError, "internal")
        }
    }

    var response: Response {
        var headers = headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        return Response(
            status: status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: #"{"title":"\#(kind)","status":\#(status.code)}"#)))
    }
}

extension HTTPResponse.Status {
    static let insufficientStorage = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
}

extension HTTPField.Name {
    static let uploadOffset = named("Upload-Offset")
    static let uploadComplete = named("Upload-Complete")
    static let uploadLength = named("Upload-Length")
    static let uploadLimit = named("Upload-Limit")
    static let reprDigest = named("Repr-Digest")
    static let obscuraKey = named("Obscura-Key")
    static let obscuraSignature = named("Obscura-Signature")

    private static func named(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("not a field name: \(text)") }
        return name
    }
}
