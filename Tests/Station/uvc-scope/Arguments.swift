/// The command line could not be understood.
enum ArgumentError: Error {
    case missing(String)
    case unknown(String)
    case noPictures
}

/// What the command line asked for.
struct Arguments {
    static let usage = """
        usage: uvc-scope [--name TEXT] [--serial TEXT] [--port N] [--rate N] [--order cycle|hold]
                         [--fault wrong-length|no-eof|stall] PICTURE.jpg…
        """

    var name = "Scope"
    var serial = "0001"
    var port: UInt16 = 3240
    /// Frames a second.
    var rate: UInt32 = 24
    var order = Order.cycle
    var fault: Fault?
    var pictures: [String] = []

    init(parsing words: some Sequence<String>) throws(ArgumentError) {
        var rest = Array(words)[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--") else {
                pictures.append(word)
                continue
            }
            guard let value = rest.popFirst() else { throw .missing(word) }
            try set(word, to: value)
        }
        if pictures.isEmpty { throw .noPictures }
    }

    private mutating func set(_ option: String, to value: String) throws(ArgumentError) {
        switch option {
        case "--name": name = value
        case "--serial": serial = value
        case "--port":
            guard let number = UInt16(value), number > 0 else { throw .unknown(value) }
            port = number
        case "--rate":
            guard let number = UInt32(value), (1...240).contains(number) else { throw .unknown(value) }
            rate = number
        case "--order":
            switch value {
            case "cycle": order = .cycle
            case "hold": order = .hold
            default: throw .unknown(value)
            }
        case "--fault":
            guard let kind = Fault(rawValue: value) else { throw .unknown(value) }
            fault = kind
        default: throw .unknown(option)
        }
    }
}
