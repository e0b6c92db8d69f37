import JOSE

/// Something was refused: a code for programs, one line and a hint for a person.
package struct Refusal: Error, Sendable, Equatable {
    /// A word of a closed vocabulary, as in `consent-expired`.
    package let code: String
    /// One line, lower case, no full stop.
    package let line: String
    /// What the person can do about it.
    package let hint: String?

    package init(_ code: String, _ line: String, hint: String? = nil) {
        self.code = code
        self.line = line
        self.hint = hint
    }
}

extension Refusal {
    /// The connection ended after the request had gone: unlike every other refusal, this one leaves open what happened.
    package static func silent(_ who: String) -> Refusal {
        Refusal(
            "silent", "\(who) ended before it answered: what was asked may have been done",
            hint: "obscura status, and obscura queue for a shot, say what was done")
    }
}

/// What capture answers.
package enum ControlReply: Sendable, Equatable {
    case done(JSONObject)
    case refused(Refusal)

    package static let bound = 4 * 1024 * 1024

    package var message: [UInt8] {
        switch self {
        case .done(let object): JSONObject([("done", .object(object))]).canonical
        case .refused(let refusal): JSONObject([("refused", .object(refusal.object))]).canonical
        }
    }

    package init(parsing bytes: [UInt8]) throws(JOSEError) {
        var reader = try ObjectReader(parsing: bytes, bound: Self.bound)
        switch reader.optional("done") {
        case .object(let object)?: self = .done(object)
        case nil: self = .refused(try Refusal(reading: try reader.object("refused")))
        default: throw .invalid("done")
        }
        try reader.finish()
    }
}

extension Refusal {
    package var object: JSONObject {
        var object: JSONObject = ["code": .string(code), "line": .string(line)]
        if let hint { object.set("hint", .string(hint)) }
        return object
    }

    package init(reading reader: consuming ObjectReader) throws(JOSEError) {
        var reader = reader
        code = try reader.string("code")
        line = try reader.string("line")
        hint = reader.optional("hint") == nil ? nil : try reader.string("hint")
        try reader.finish()
    }
}
