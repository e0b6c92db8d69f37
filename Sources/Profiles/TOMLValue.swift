/// What stands behind a key of a TOML document.
enum TOMLValue: Sendable, Equatable {
    case string(String)
    case integer(Int64)
    case decimal(Double)
    case bool(Bool)
    case array([TOMLValue])
    case table(TOMLTable)
    /// Tables that each began with `[[name]]`.
    case tables([TOMLTable])
}

struct TOMLTable: Sendable, Equatable {
    private(set) var members: [String: TOMLValue] = [:]
    /// Whether a line `[name]` was its own, or only that of a table inside it.
    private var hasHead = false

    /// Takes a key in.
    ///
    /// - Returns: false where the table has it already.
    mutating func add(_ key: String, _ value: TOMLValue) -> Bool {
        guard members[key] == nil else { return false }
        members[key] = value
        return true
    }

    /// Puts a table that began with `[a.b]`, or `[[a.b]]`, in its place.
    ///
    /// - Parameter path: not empty.
    /// - Returns: false where something else is there already.
    mutating func place(_ table: TOMLTable, at path: ArraySlice<String>, inList: Bool) -> Bool {
        guard let key = path.first else { return false }
        let rest = path.dropFirst()
        guard rest.isEmpty else { return placeInside(table, key, rest, inList: inList) }
        var table = table
        table.hasHead = true
        switch (members[key], inList) {
        case (nil, true): members[key] = .tables([table])
        case (nil, false): members[key] = .table(table)
        case (.tables(let others)?, true): members[key] = .tables(others + [table])
        case (.table(let known)?, false) where !known.hasHead:
            for (name, value) in known.members where !table.add(name, value) { return false }
            members[key] = .table(table)
        default: return false
        }
        return true
    }

    private mutating func placeInside(
        _ table: TOMLTable, _ key: String, _ rest: ArraySlice<String>, inList: Bool
    ) -> Bool {
        switch members[key] {
        case nil:
            var inner = TOMLTable()
            guard inner.place(table, at: rest, inList: inList) else { return false }
            members[key] = .table(inner)
        case .table(var inner)?:
            guard inner.place(table, at: rest, inList: inList) else { return false }
            members[key] = .table(inner)
        case .tables(var list)?:
            guard list[list.count - 1].place(table, at: rest, inList: inList) else { return false }
            members[key] = .tables(list)
        default: return false
        }
        return true
    }
}
