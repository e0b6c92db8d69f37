import BundleFormat
import HTTPTypes
import Hummingbird
import Linux
import Synchronization

/// Takes the small signed texts: enrolments, tombstones, notices.
final class StatementDesk: Sendable {
    static let longest = 4096
    /// Enrolments that wait for a person at the clinic.
    static let mostEnrolments = 256
    /// Enrolments taken in a minute from everyone together: the one request that needs no ticket.
    static let enrolmentsAMinute = 10

    private let folders: StoreFolders
    private let recentEnrolments = Mutex<[Int64]>([])

    init(_ folders: StoreFolders) { self.folders = folders }

    /// `PUT /v1/enrolments/{fingerprint}`: 202; a person compares the fingerprint and approves.
    func enrol(_ fingerprint: Digest, _ request: Request) async throws -> Response {
        let now = folders.configuration.now()
        let isAllowed = recentEnrolments.withLock { recent in
            recent.removeAll { $0 <= now - 60 }
            guard recent.count < Self.enrolmentsAMinute else { return false }
            recent.append(now)
            return true
        }
        guard isAllowed else { throw Problem(.tooManyRequests, "too-many-enrolments") }
        let text = try await collect(request, atMost: Self.longest)
        let key = try stationKey(request)
        guard let enrolment = try? Enrolment(parsing: text), enrolment.key == fingerprint,
            key.fingerprint == fingerprint
        else { throw Problem(.unprocessableContent, "enrolment") }
        let signature = try checkedSignature(of: text, request, by: key)
        return try await blocking { [folders] in
            let all = try Folder("enrolments", in: folders.root)
            if try all.size(of: fingerprint.hex) == nil, try all.names().count >= Self.mostEnrolments {
                throw Problem(.tooManyRequests, "too-many-enrolments")
            }
            let folder = try folders.folder(fingerprint.hex, in: all)
            try folder.put(key.pem, as: "station.pem")
            try folder.put(signature, as: "enrolment.txt.sig")
            try folder.put(text, as: "enrolment.txt")
            return Response(status: .accepted)
        }
    }

    /// `PUT /v1/tombstones/{bundle}`: 204; no bundle of that name is taken from then on.
    func bury(_ bundle: BundleID, _ request: Request, _ caller: Caller) async throws -> Response {
        let text = try await collect(request, atMost: Self.longest)
        guard let tombstone = try? Tombstone(parsing: text), tombstone.bundle == bundle,
            caller.speaks(for: tombstone.station)
        else { throw Problem(.unprocessableContent, "tombstone") }
        let signature = try caller.signature(of: text, by: tombstone.station, request, folders)
        return try await blocking { [folders] in
            let folder = try Folder("tombstones", in: folders.root)
            return try Self.put(text, signature, as: "\(bundle).tombstone", in: folder)
        }
    }

    /// `PUT /v1/notices/{seq}`: 204.
    func note(_ seq: UInt64, _ request: Request, _ caller: Caller) async throws -> Response {
        let text = try await collect(request, atMost: Self.longest)
        guard let notice = try? Notice(parsing: text), notice.seq == seq, caller.speaks(for: notice.station)
        else {
            throw Problem(.unprocessableContent, "notice")
        }
        let signature = try caller.signature(of: text, by: notice.station, request, folders)
        return try await blocking { [folders] in
            let folder = try folders.folder(notice.station.hex, in: Folder("notices", in: folders.root))
            let digits = String(seq)
            let name = String(repeating: "0", count: max(0, 12 - digits.utf8.count)) + digits
            return try Self.put(text, signature, as: "\(name).txt", in: folder)
        }
    }

    /// The text last: where it stands, its signature stands too. What was said once is not changed.
    private static func put(
        _ text: [UInt8], _ signature: [UInt8], as name: String, in folder: borrowing Folder
    ) throws -> Response {
        if try folder.size(of: name) != nil {
            guard try folder.read(name, bound: longest) == text else {
                throw Problem(.unprocessableContent, "said-otherwise")
            }
            return Response(status: .noContent)
        }
        try folder.put(signature, as: "\(name).sig")
        try folder.put(text, as: name)
        return Response(status: .noContent)
    }
}
