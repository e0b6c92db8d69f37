/// A command line that a service manager writes: `--name value` pairs and bare `--flags`, nothing else.
///
/// The long-running processes use this in place of an argument library: it is short enough to be read.
package struct ServiceOptions: Sendable {
    private var values: [String: String] = [:]
    private var flags: Set<String> = []

    /// What is wrong with a command line.
    package enum Fault: Error, Equatable, CustomStringConvertible {
        case unknown(String)
        case missingValue(String)
        case twice(String)
        case missing(String)
        case invalid(String, String)

        package var description: String {
            switch self {
            case .unknown(let name): "unknown option \(name)"
            case .missingValue(let name): "option --\(name) needs a value"
            case .twice(let name): "option --\(name) stands twice"
            case .missing(let name): "option --\(name) is missing"
            case .invalid(let name, let value): "option --\(name) cannot be \(value)"
            }
        }
    }

    package init(_ arguments: some Sequence<String>, values known: Set<String>, flags knownFlags: Set<String> = [])
        throws(Fault)
    {
        var pending: String?
        for argument in arguments {
            if let name = pending {
                // An option in a value's place: the value was forgotten.
                guard !argument.hasPrefix("--") else { throw .missingValue(name) }
                values[name] = argument
                pending = nil
                continue
            }
            guard argument.hasPrefix("--") else { throw .unknown(argument) }
            let name = String(argument.dropFirst(2))
            guard values[name] == nil, !flags.contains(name) else { throw .twice(name) }
            if knownFlags.contains(name) {
                flags.insert(name)
            } else if known.contains(name) {
                pending = name
            } else {
                throw .unknown(argument)
            }
        }
        if let pending { throw .missingValue(pending) }
    }

    package func has(_ flag: String) -> Bool { flags.contains(flag) }
    package func optional(_ name: String) -> String? { values[name] }

    package func required(_ name: String) throws(Fault) -> String {
        guard let value = values[name] else { throw .missing(name) }
        return value
    }

    /// A whole number in a range, or nil where the option is missing.
    package func number(_ name: String, in range: ClosedRange<Int64>) throws(Fault) -> Int64? {
        guard let text = values[name] else { return nil }
        guard let number = Int64(text), range.contains(number) else { throw .invalid(name, text) }
        return number
    }

    /// A user's number, or the number of the user of that name.
    package func user(_ name: String) throws(Fault) -> UInt32 {
        let text = try required(name)
        guard let number = UInt32(text) ?? userID(named: text) else { throw .invalid(name, text) }
        return number
    }
}
