import JOSE

/// An answer is read leniently by whoever shows it: what a newer station says more does no harm, what an older one lacks is empty.
extension JSONObject {
    package func text(_ key: String) -> String { if case .string(let text)? = self[key] { text } else { "" } }
    package func integer(_ key: String) -> Int64 { if case .integer(let number)? = self[key] { number } else { 0 } }
    package func object(_ key: String) -> JSONObject {
        if case .object(let object)? = self[key] { object } else { [:] }
    }

    package func list(_ key: String) -> [String] {
        guard case .array(let values)? = self[key] else { return [] }
        return values.map(\.plain)
    }

    package func objects(_ key: String) -> [JSONObject] {
        guard case .array(let values)? = self[key] else { return [] }
        return values.compactMap { if case .object(let object) = $0 { object } else { nil } }
    }
}

extension JSON {
    /// The value as a person writes it.
    package var plain: String {
        switch self {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .bool(let truth): truth ? "yes" : "no"
        case .null: "-"
        case .array, .object: String(decoding: canonical, as: UTF8.self)
        }
    }
}
