import Control
import HTTPTypes
import Hummingbird
import JOSE
import NIOCore

/// The live view over HTTP: one multipart answer, a JPEG in each part (`multipart/x-mixed-replace`), which browsers and
/// players show as moving pictures.
extension Routes {
    private static let boundary = "picture"

    func preview(_ http: Request, _ context: CallerContext) async throws -> Response {
        let call = try await call(try Self.wish(http), context)
        let (reply, pictures) = try await link.watch(call)
        if case .refused(let refusal) = reply { return Self.response(.conflict, refusal) }
        let (channel, patience) = (context.channel, patience)
        let body = ResponseBody { writer in
            for await jpeg in pictures {
                // A client that does not take its pictures is turned out: it would hold a place for ever.
                let deadline = channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
                defer { deadline.cancel() }
                try await writer.write(Self.part(jpeg))
            }
            try await writer.write(ByteBuffer(string: "--\(Self.boundary)--\r\n"))
            try await writer.finish(nil)
        }
        let type = "multipart/x-mixed-replace; boundary=\(Self.boundary)"
        return Response(status: .ok, headers: [.contentType: type, .cacheControl: "no-store"], body: body)
    }

    private static func part(_ jpeg: [UInt8]) -> ByteBuffer {
        let head = "--\(boundary)\r\nContent-Type: image/jpeg\r\nContent-Length: \(jpeg.count)\r\n\r\n"
        var part = ByteBuffer(string: head)
        part.writeBytes(jpeg)
        part.writeString("\r\n")
        return part
    }

    /// `modality` and, where they are given, `site`, `camera` and `pictures`, each once.
    private static func wish(_ http: Request) throws -> ControlRequest {
        let parameters = http.uri.queryParameters
        func word(_ name: String) throws -> String? {
            let words = parameters[values: Substring(name)]
            guard words.count <= 1 else { throw JOSEError.invalid(name) }
            return words.first.map(String.init)
        }
        guard let modality = try word("modality") else { throw JOSEError.missing("modality") }
        let pictures = try word("pictures").map {
            try number($0[...], named: "pictures", in: ControlRequest.pictures)
        }
        return .preview(
            ShotWish(site: try word("site"), modality: modality, camera: try word("camera")), pictures: pictures)
    }
}
