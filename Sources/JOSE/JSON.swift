/// A JSON value of this project's profile: RFC 8259 with whole numbers only.
package enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case string(String)
    case array([JSON])
    case object(JSONObject)

    /// The largest whole number that every JSON reader keeps exactly (RFC 7493 section 2.2).
    package static let largestInteger: Int64 = 9_007_199_254_740_991

    /// Reads one strict JSON text.
    ///
    /// - Parameter bound: the largest size in bytes that is looked at.
    package init(parsing bytes: [UInt8], bound: Int) throws(JOSEError) {
        guard bytes.count <= bound else { throw .size(bytes.count, bound: bound) }
        var parser = JSONParser(bytes)
        do { self = try parser.document() } catch { throw .json(error, offset: parser.position) }
    }

    /// The array of the strings, in order.
    package static func strings(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }
}

/// The members of a JSON object, in the order of the text; no key stands twice.
package struct JSONObject: Sendable, Equatable {
    package private(set) var members: [(key: String, value: JSON)] = []

    package init() {}

    /// - Precondition: no key stands twice.
    package init(_ members: [(String, JSON)]) {
        for (key, value) in members {
            precondition(self[key] == nil, "duplicate key \(key)")
            self.members.append((key, value))
        }
    }

    /// The value under `key`, compared byte by byte: Unicode's notion of equal strings is not JSON's.
    package subscript(key: String) -> JSON? {
        members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    /// Adds a member, or replaces the one under the same key in its place.
    package mutating func set(_ key: String, _ value: JSON) {
        if let index = members.firstIndex(where: { $0.key.utf8.elementsEqual(key.utf8) }) {
            members[index].value = value
        } else {
            members.append((key, value))
        }
    }

    mutating func append(_ key: String, _ value: JSON) { members.append((key, value)) }

    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count && left.members.allSatisfy { right[$0.key] == $0.value }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}
