import USBIP

/// What the command line asked for.
struct Arguments: SimulatorArguments {
    static let program = "ptp-still"
    static let usage = """
        usage: ptp-still [--model TEXT] [--serial TEXT] [--port N] [--on-card N] [--kind vendor|generic]
                         [--fault \(Fault.allCases.map(\.rawValue).joined(separator: "|"))] PICTURE.jpg…
        """

    var identity = Identity()
    var port: UInt16 = 3240
    /// Pictures that lie on the card before the first exposure.
    var onCard = 2
    var fault: Fault?
    var pictures: [String] = []

    mutating func add(file: String) { pictures.append(file) }

    func check() throws(ArgumentError) {
        if pictures.isEmpty { throw .noPictures }
    }

    mutating func set(_ option: String, to value: String) throws(ArgumentError) {
        switch option {
        case "--model": identity.model = value
        case "--serial": identity.serial = value
        case "--on-card":
            guard let number = Int(value), (0...5000).contains(number) else { throw .unknown(value) }
            onCard = number
        case "--kind":
            guard ["vendor", "generic"].contains(value) else { throw .unknown(value) }
            identity.generic = value == "generic"
        case "--fault":
            guard let kind = Fault(rawValue: value) else { throw .unknown(value) }
            fault = kind
        default: throw .unknown(option)
        }
    }
}
