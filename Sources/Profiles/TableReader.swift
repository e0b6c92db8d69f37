/// What is wrong with a TOML document.
package enum TableFault: Error, Equatable, Sendable {
    case syntax(String)
    case unknownKey(String)
    case missing(String)
    /// The key, and what it must be.
    case invalid(String, String)

    /// One line about a document that is called `document`, as in `the configuration`.
    package func line(about document: String) -> String {
        switch self {
        case .syntax(let text): "\(document) is not TOML: \(text)"
        case .unknownKey(let key): "\(document) has an unknown key: \(key)"
        case .missing(let key): "\(document) lacks \(key)"
        case .invalid(let key, let why): "\(document)'s \(key) \(why)"
        }
    }
}

/// Takes the members of one TOML table; `finish` refuses what was not asked for.
package struct TableReader {
    private let table: TOMLTable
    private let path: String
    private var taken: Set<String> = []

    private init(_ table: TOMLTable, path: String) { (self.table, self.path) = (table, path) }

    /// The top table of a document.
    package init(parsing text: String) throws(TableFault) {
        table = try TOMLParser.table(parsing: text)
        path = ""
    }

    package func key(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
    package var names: [String] { table.members.keys.sorted() }

    private mutating func take(_ name: String) -> TOMLValue? {
        taken.insert(name)
        return table.members[name]
    }

    package mutating func string(_ name: String) throws(TableFault) -> String? {
        switch take(name) {
        case nil: nil
        case .string(let text)?: text
        default: throw .invalid(key(name), "must be a text")
        }
    }

    package mutating func required(_ name: String) throws(TableFault) -> String {
        guard let text = try string(name) else { throw .missing(key(name)) }
        return text
    }

    package mutating func integer(_ name: String) throws(TableFault) -> Int? {
        switch take(name) {
        case nil: nil
        case .integer(let number)?: Int(number)
        default: throw .invalid(key(name), "must be a whole number")
        }
    }

    package mutating func bool(_ name: String) throws(TableFault) -> Bool? {
        switch take(name) {
        case nil: nil
        case .bool(let truth)?: truth
        default: throw .invalid(key(name), "must be true or false")
        }
    }

    /// A whole number or a decimal.
    package mutating func decimal(_ name: String) throws(TableFault) -> Double? {
        switch take(name) {
        case nil: nil
        case .decimal(let number)?: number
        case .integer(let number)?: Double(number)
        default: throw .invalid(key(name), "must be a number")
        }
    }

    /// Exactly `count` whole numbers or decimals.
    package mutating func decimals(_ name: String, count: Int) throws(TableFault) -> [Double] {
        guard let value = take(name) else { throw .missing(key(name)) }
        guard case .array(let values) = value, values.count == count else {
            throw .invalid(key(name), "must be a list of \(count) numbers")
        }
        var numbers: [Double] = []
        for value in values {
            switch value {
            case .decimal(let number): numbers.append(number)
            case .integer(let number): numbers.append(Double(number))
            default: throw .invalid(key(name), "must be a list of \(count) numbers")
            }
        }
        return numbers
    }

    package mutating func strings(_ name: String) throws(TableFault) -> [String]? {
        guard let value = take(name) else { return nil }
        guard case .array(let values) = value else { throw .invalid(key(name), "must be a list of texts") }
        var texts: [String] = []
        for value in values {
            guard case .string(let text) = value else { throw .invalid(key(name), "must be a list of texts") }
            texts.append(text)
        }
        return texts
    }

    package mutating func table(_ name: String) throws(TableFault) -> TableReader? {
        switch take(name) {
        case nil: nil
        case .table(let inner)?: TableReader(inner, path: key(name))
        default: throw .invalid(key(name), "must be a table")
        }
    }

    /// The tables of `[[name]]`.
    package mutating func tables(_ name: String) throws(TableFault) -> [TableReader] {
        switch take(name) {
        case nil: []
        case .tables(let list)?:
            list.enumerated().map { TableReader($0.element, path: "\(key(name))[\($0.offset + 1)]") }
        default: throw .invalid(key(name), "must be tables, each after [[\(key(name))]]")
        }
    }

    package func finish() throws(TableFault) {
        for name in names where !taken.contains(name) { throw .unknownKey(key(name)) }
    }
}
