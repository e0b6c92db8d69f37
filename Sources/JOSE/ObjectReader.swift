/// Takes the members of one JSON object, each by its name and type; `finish` refuses what was not asked for.
///
/// Errors name the member by its path, as in `policy.stations[2].key`.
package struct ObjectReader {
    private let object: JSONObject
    private let path: String
    private var taken: Set<[UInt8]> = []

    /// - Parameter path: the name of this object in errors; empty for a document.
    package init(_ object: JSONObject, path: String = "") {
        self.object = object
        self.path = path
    }

    /// Reads the document's bytes, which must be one object.
    package init(parsing bytes: [UInt8], bound: Int) throws(JOSEError) {
        guard case .object(let object) = try JSON(parsing: bytes, bound: bound) else { throw .invalid("document") }
        self.init(object)
    }

    /// The path of a member of this object.
    package func path(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The member as it is, nil when absent; `null` counts as there.
    package mutating func optional(_ key: String) -> JSON? {
        taken.insert(Array(key.utf8))
        return object[key]
    }

    package mutating func value(_ key: String) throws(JOSEError) -> JSON {
        guard let value = optional(key) else { throw .missing(path(key)) }
        return value
    }

    package mutating func string(_ key: String) throws(JOSEError) -> String {
        guard case .string(let text) = try value(key) else { throw .invalid(path(key)) }
        return text
    }

    package mutating func integer(_ key: String) throws(JOSEError) -> Int64 {
        guard case .integer(let number) = try value(key) else { throw .invalid(path(key)) }
        return number
    }

    package mutating func bool(_ key: String) throws(JOSEError) -> Bool {
        guard case .bool(let truth) = try value(key) else { throw .invalid(path(key)) }
        return truth
    }

    package mutating func strings(_ key: String) throws(JOSEError) -> [String] {
        guard case .array(let values) = try value(key) else { throw .invalid(path(key)) }
        var texts: [String] = []
        for value in values {
            guard case .string(let text) = value else { throw .invalid(path(key)) }
            texts.append(text)
        }
        return texts
    }

    /// A reader of the object under `key`.
    package mutating func object(_ key: String) throws(JOSEError) -> ObjectReader {
        guard case .object(let inner) = try value(key) else { throw .invalid(path(key)) }
        return ObjectReader(inner, path: path(key))
    }

    /// A reader of each object in the array under `key`.
    package mutating func objects(_ key: String) throws(JOSEError) -> [ObjectReader] {
        guard case .array(let values) = try value(key) else { throw .invalid(path(key)) }
        var readers: [ObjectReader] = []
        for (index, value) in values.enumerated() {
            guard case .object(let inner) = value else { throw .invalid("\(path(key))[\(index)]") }
            readers.append(ObjectReader(inner, path: "\(path(key))[\(index)]"))
        }
        return readers
    }

    /// Refuses the first member that was not asked for.
    package func finish() throws(JOSEError) {
        for member in object.members where !taken.contains(Array(member.key.utf8)) {
            throw .unknownMember(path(member.key))
        }
    }
}
