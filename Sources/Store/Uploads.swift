import BundleFormat
import HTTPTypes
import Hummingbird
import Linux
import NIOPosix

/// Takes bundles: create, head, append, ask, drop.
///
/// After draft-ietf-httpbis-resumable-upload-11 with careful creation: an empty upload is made, then appended to.
struct Uploads: Sendable {
    /// Unfinished uploads of one station.
    static let mostOpen = 16
    static let bufferSize = 1 << 20

    let folders: StoreFolders
    let desk = UploadDesk()
    private var limit: String { "max-size=\(folders.configuration.largestBundle)" }

    /// `PUT /v1/bundles/{digest}`: 201 with a location and the offset held, or 200 with the receipt.
    func create(_ digest: Digest, _ request: Request, _ caller: Caller) async throws -> Response {
        let length = try number(request, .uploadLength)
        let largest = folders.configuration.largestBundle
        guard (1...largest).contains(length) else {
            throw Problem(.contentTooLarge, "too-large", headers: [.uploadLimit: limit])
        }
        guard let repr = request.headers[.reprDigest], repr.hasPrefix("sha-256=:"), repr.hasSuffix(":"),
            try decodeBase64(String(repr.dropFirst(9).dropLast())) == digest.bytes
        else { throw Problem(.badRequest, "digest-mismatch") }
        guard request.headers[.contentLength] == "0" else { throw Problem(.badRequest, "body") }
        let upload = UploadName(station: caller.key.fingerprint, digest: digest)
        return try await onDisk(upload) { folders in
            if let receipt = try folders.receipt(for: upload, caller) { return stored(receipt) }
            if try folders.uploads.size(of: upload.length) == nil {
                let open = try folders.uploads.names().count {
                    $0.hasPrefix("\(upload.station)-") && $0.hasSuffix(".length")
                }
                guard open < Self.mostOpen else { throw Problem(.tooManyRequests, "uploads-open") }
                try folders.uploads.put(Array("\(length)".utf8), as: upload.length)
            }
            guard try expected(upload, folders) == length else {
                throw Problem(.conflict, "inconsistent-upload-length")
            }
            return Response(
                status: .created,
                headers: [
                    .location: upload.location, .uploadOffset: "\(try heldBytes(upload, folders))",
                    .uploadComplete: "?0", .uploadLimit: limit, .cacheControl: "no-store", .contentLength: "0",
                ])
        }
    }

    /// `PUT {location}/head`: 204 when the station may send this bundle.
    func head(_ upload: UploadName, _ request: Request, _ caller: Caller) async throws -> Response {
        let bytes = try await collect(request, atMost: BundleHead.bound)
        let head = try BundleHead(parsing: bytes, from: caller)
        return try await onDisk(upload) { folders in
            _ = try expected(upload, folders)
            guard try !folders.isVoided(head.manifest.facts.bundle) else { throw Problem(.gone, "voided") }
            try folders.uploads.put(bytes, as: upload.head)
            return Response(status: .noContent)
        }
    }

    /// `HEAD {location}`: the offset held durably.
    func ask(_ upload: UploadName) async throws -> Response {
        try await onDisk(upload) { folders in
            let length = try expected(upload, folders)
            return Response(
                status: .noContent,
                headers: [
                    .uploadOffset: "\(try heldBytes(upload, folders))", .uploadComplete: "?0",
                    .uploadLength: "\(length)", .uploadLimit: limit, .cacheControl: "no-store",
                ])
        }
    }

    /// `DELETE {location}`.
    func drop(_ upload: UploadName) async throws -> Response {
        try await onDisk(upload) { folders in
            _ = try expected(upload, folders)
            try folders.drop(upload)
            return Response(status: .noContent)
        }
    }

    /// `GET /v1/bundles/{digest}/receipt`.
    func receipt(_ upload: UploadName, _ caller: Caller) async throws -> Response {
        try await onDisk(upload) { folders in
            guard let receipt = try folders.receipt(for: upload, caller) else { throw Problem(.notFound, "no-bundle") }
            return stored(receipt)
        }
    }

    /// `PATCH {location}`: keeps what arrives, however the connection ends; verifies and signs after the last byte.
    func append(_ upload: UploadName, _ request: Request, _ caller: Caller) async throws -> Response {
        guard request.headers[.contentType] == "application/partial-upload" else {
            throw Problem(.unsupportedMediaType, "partial-upload")
        }
        let offset = try number(request, .uploadOffset)
        let count = try number(request, .contentLength)
        let completes = request.headers[.uploadComplete] == "?1"
        let body = request.body
        return try await desk.run(upload) {
            let (part, length) = try await blocking {
                let length = try expected(upload, folders)
                guard try folders.uploads.size(of: upload.head) != nil else {
                    throw Problem(.preconditionRequired, "head-missing")
                }
                let part = try PartFile(upload, folders)
                let held = try part.size()
                guard held == offset else { throw Problem.offset(held) }
                return (part, length)
            }
            guard count <= length - offset, !completes || count == length - offset else {
                throw Problem(.badRequest, "inconsistent-upload-length")
            }
            try await receive(body, count, part)
            guard completes else {
                return Response(
                    status: .noContent, headers: [.uploadComplete: "?0", .uploadOffset: "\(offset + count)"])
            }
            return try await blocking { try finish(upload, length, caller) }
        }
    }

    /// Writes a body as it comes. Also when it breaks off, what came is on the disk before this returns.
    private func receive(_ body: RequestBody, _ count: Int, _ part: PartFile) async throws {
        var pending: [UInt8] = []
        pending.reserveCapacity(2 * Self.bufferSize)
        var received = 0
        var failure: (any Error)?
        do {
            for try await buffer in body {
                received += buffer.readableBytes
                guard received <= count else { throw Problem(.badRequest, "body") }
                pending += buffer.readableBytesView
                if pending.count >= Self.bufferSize {
                    let full = pending
                    try await blocking { try part.write(full) }
                    pending.removeAll(keepingCapacity: true)
                }
            }
            if received < count { failure = Problem(.badRequest, "cut") }
        } catch { failure = error }
        let rest = pending
        try await blocking {
            try part.write(rest)
            try part.sync()
        }
        if let failure { throw failure }
    }

    /// Reads the whole part from the disk again: what is checked is what is kept.
    private func finish(_ upload: UploadName, _ length: Int, _ caller: Caller) throws -> Response {
        do {
            let scan = try BundleScan.read(folders.uploads.openForReading(upload.part))
            guard scan.digest == upload.digest, scan.size == length else {
                throw Problem(.unprocessableContent, "digest-mismatch")
            }
            guard caller.speaks(for: scan.broughtKey.fingerprint) else {
                throw Problem(.unprocessableContent, "station")
            }
            let bundle = try scan.verified(by: scan.broughtKey, after: .unknown)
            guard caller.permits(bundle.facts.keys) else { throw Problem(.unprocessableContent, "software-keys") }
            guard try !folders.isVoided(bundle.facts.bundle) else { throw Problem(.gone, "voided") }
            return stored(
                try folders.keep(upload, as: bundle.name, of: bundle.facts.station, size: length, caller))
        } catch let refusal as BundleRefused {
            // What is wrong now stays wrong: the next attempt starts at the first byte.
            try folders.drop(upload)
            throw Problem(.unprocessableContent, refusal.checks.last?.subject.rawValue ?? "bundle")
        } catch let problem as Problem where problem.status == .unprocessableContent {
            try folders.drop(upload)
            throw problem
        }
    }

    private func onDisk(
        _ upload: UploadName, _ body: @escaping @Sendable (StoreFolders) throws -> Response
    ) async throws -> Response {
        try await desk.run(upload) { try await blocking { try body(folders) } }
    }

    private func expected(_ upload: UploadName, _ folders: StoreFolders) throws -> Int {
        guard try folders.uploads.size(of: upload.length) != nil,
            let length = Int(String(decoding: try folders.uploads.read(upload.length, bound: 32), as: UTF8.self))
        else { throw Problem(.notFound, "no-upload") }
        return length
    }

    /// How many bytes are held, after making sure that a power cut cannot take them.
    private func heldBytes(_ upload: UploadName, _ folders: StoreFolders) throws -> Int {
        guard try folders.uploads.size(of: upload.part) != nil else { return 0 }
        let part = try PartFile(upload, folders)
        try part.sync()
        return try part.size()
    }

    private func stored(_ receipt: [UInt8]) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/jwt", .uploadComplete: "?1", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: receipt)))
    }
}

/// The part file of one upload, open for appending.
final class PartFile: Sendable {
    private let file: Descriptor

    init(_ upload: UploadName, _ folders: StoreFolders) throws(SystemCallError) {
        let isNew = try folders.uploads.size(of: upload.part) == nil
        file = try folders.uploads.openForAppending(upload.part)
        if isNew { try folders.uploads.sync() }
    }

    func size() throws(SystemCallError) -> Int { try sizeOfFile(file) }
    func write(_ bytes: [UInt8]) throws(SystemCallError) { try writeAll(bytes, to: file) }
    func sync() throws(SystemCallError) { try syncData(of: file) }
}

/// Runs file work on a thread that may wait for the disk, to its end even when the request was given up: bytes that came
/// are kept.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        NIOThreadPool.singleton.submit { _ in continuation.resume(with: Result(catching: body)) }
    }
}

/// A header that is a whole number without a sign or leading zeros.
func number(_ request: Request, _ name: HTTPField.Name) throws -> Int {
    guard let text = request.headers[name] else { throw Problem(.lengthRequired, name.canonicalName) }
    guard let value = Int(text), value >= 0, String(value) == text else {
        throw Problem(.badRequest, name.canonicalName)
    }
    return value
}

/// A body of at most `bound` bytes.
func collect(_ request: Request, atMost bound: Int) async throws -> [UInt8] {
    guard try number(request, .contentLength) <= bound else { throw Problem(.contentTooLarge, "too-large") }
    return Array(try await request.body.collect(upTo: bound).readableBytesView)
}
