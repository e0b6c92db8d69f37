import JOSE

/// The closed table of what the desk may ask of capture.
package enum ControlRequest: Sendable, Equatable {
    case status
    case devices
    /// Binds a camera of the configuration to the device that is plugged in for it now.
    case approveCamera(String)
    case revokeCamera(String)
    /// The compact serialisation of a consent token.
    case openSession(token: String)
    case closeSession
    case withdrawSession
    /// Chooses the site of the next shots that name none: this one, or the one after the present one.
    case chooseSite(String?)
    case capture(ShotWish)
    /// Takes what lies in a scanner's folder.
    case scan(ScanWish)
    /// Shows what the camera of such a shot sees: the reply is followed by messages of one JPEG each, as many as are
    /// asked for or as long as the session is open.
    case preview(ShotWish, pictures: Int64?)
    case void(sequence: Int64, reason: String)
    case queue
    /// The clinic root's fingerprint in hex and the policy's compact serialisation.
    case enroll(root: String, policy: String)
    /// What the clinic needs to know of a station whose hardware or disk changed.
    case recoveryRequest
    /// The clinic's word for it, in compact serialisation.
    case recover(word: String)
    case doctor
    case podStatus
    /// Tries the pod's lamp, lights and tones.
    case podTest
    /// The last records of the journal.
    case journal(last: Int64)

    /// Who may ask this.
    package var roles: Set<Role> {
        switch self {
        case .status: [.status, .technician, .auditor, .admin]
        case .devices, .queue, .doctor, .podStatus, .podTest: [.technician, .admin]
        case .openSession, .closeSession, .withdrawSession, .chooseSite, .capture, .scan, .preview, .void: [.technician]
        case .enroll, .recoveryRequest, .recover, .approveCamera, .revokeCamera: [.admin]
        case .journal: [.auditor, .admin]
        }
    }

    /// Bytes of a request's message at most.
    package static let bound = 256 * 1024
    /// Records of the journal that one reply may hold.
    package static let mostRecords: Int64 = 10_000
    /// Pictures of a live view that can be asked for.
    package static let pictures: ClosedRange<Int64> = 1...1_000_000
    /// Bytes of one picture of a live view.
    package static let pictureBound = 4 << 20
    /// Numbers that a shot can have: twelve digits in a bundle's name.
    package static let sequences: ClosedRange<Int64> = 1...999_999_999_999
}

/// A request with who asks it: the desk says, capture checks again.
package struct ControlCall: Sendable, Equatable {
    package let request: ControlRequest
    package let uid: UInt32
    package let roles: Set<Role>

    package init(_ request: ControlRequest, uid: UInt32, roles: Set<Role>) {
        self.request = request
        self.uid = uid
        self.roles = roles
    }

    package var isAllowed: Bool { !request.roles.isDisjoint(with: roles) }
}

extension ControlCall {
    /// The message that goes over the socket: one canonical JSON object.
    package var message: [UInt8] {
        var object: JSONObject = [
            "uid": .integer(Int64(uid)), "roles": .strings(roles.map(\.rawValue).sorted()),
        ]
        func ask(_ name: String, _ members: (String, JSON)...) {
            object.set("ask", .string(name))
            for (key, value) in members { object.set(key, value) }
        }
        switch request {
        case .status: ask("status")
        case .devices: ask("devices")
        case .approveCamera(let name): ask("approve-camera", ("camera", .string(name)))
        case .revokeCamera(let name): ask("revoke-camera", ("camera", .string(name)))
        case .openSession(let token): ask("open", ("token", .string(token)))
        case .closeSession: ask("close")
        case .withdrawSession: ask("withdraw")
        case .chooseSite(let site):
            ask("site")
            if let site { object.set("site", .string(site)) }
        case .capture(let wish):
            ask("capture")
            for (key, value) in wish.object.members { object.set(key, value) }
        case .scan(let wish):
            ask("scan")
            for (key, value) in wish.object.members { object.set(key, value) }
        case .preview(let wish, let pictures):
            ask("preview")
            for (key, value) in wish.object.members { object.set(key, value) }
            if let pictures { object.set("pictures", Self.number(pictures)) }
        case .void(let sequence, let reason):
            ask("void", ("seq", Self.number(sequence)), ("reason", .string(reason)))
        case .queue: ask("queue")
        case .enroll(let root, let policy): ask("enroll", ("root", .string(root)), ("policy", .string(policy)))
        case .recoveryRequest: ask("recovery")
        case .recover(let word): ask("recover", ("word", .string(word)))
        case .doctor: ask("doctor")
        case .podStatus: ask("pod-status")
        case .podTest: ask("pod-test")
        case .journal(let last): ask("journal", ("last", Self.number(last)))
        }
        return object.canonical
    }

    /// What a person typed may be more than a JSON number holds; the nearest one that it holds is refused as well.
    private static func number(_ value: Int64) -> JSON {
        .integer(min(max(value, -JSON.largestInteger), JSON.largestInteger))
    }

    package init(parsing bytes: [UInt8]) throws(JOSEError) {
        var reader = try ObjectReader(parsing: bytes, bound: ControlRequest.bound)
        guard let uid = UInt32(exactly: try reader.integer("uid")) else { throw .invalid("uid") }
        var roles: Set<Role> = []
        for name in try reader.strings("roles") {
            guard let role = Role(rawValue: name) else { throw .invalid("roles") }
            roles.insert(role)
        }
        let request: ControlRequest
        switch try reader.string("ask") {
        case "status": request = .status
        case "devices": request = .devices
        case "approve-camera": request = .approveCamera(try reader.string("camera"))
        case "revoke-camera": request = .revokeCamera(try reader.string("camera"))
        case "open": request = .openSession(token: try reader.string("token"))
        case "close": request = .closeSession
        case "withdraw": request = .withdrawSession
        case "site": request = .chooseSite(reader.optional("site") == nil ? nil : try reader.string("site"))
        case "capture": request = .capture(try ShotWish(reading: &reader))
        case "scan": request = .scan(try ScanWish(reading: &reader))
        case "preview":
            let wish = try ShotWish(reading: &reader)
            let pictures =
                reader.optional("pictures") == nil
                ? nil : try reader.number("pictures", in: ControlRequest.pictures)
            guard !wish.noFace, wish.covers.isEmpty else { throw .invalid("cover") }
            request = .preview(wish, pictures: pictures)
        case "void":
            request = .void(
                sequence: try reader.number("seq", in: ControlRequest.sequences), reason: try reader.string("reason"))
        case "queue": request = .queue
        case "enroll": request = .enroll(root: try reader.string("root"), policy: try reader.string("policy"))
        case "recovery": request = .recoveryRequest
        case "recover": request = .recover(word: try reader.string("word"))
        case "doctor": request = .doctor
        case "pod-status": request = .podStatus
        case "pod-test": request = .podTest
        case "journal": request = .journal(last: try reader.number("last", in: 1...ControlRequest.mostRecords))
        default: throw .invalid("ask")
        }
        try reader.finish()
        self.init(request, uid: uid, roles: roles)
    }
}

extension ObjectReader {
    fileprivate mutating func number(_ key: String, in range: ClosedRange<Int64>) throws(JOSEError) -> Int64 {
        let value = try integer(key)
        guard range.contains(value) else { throw .invalid(key) }
        return value
    }
}
