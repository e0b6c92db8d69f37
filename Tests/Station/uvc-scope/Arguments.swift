import USBIP

/// What the command line asked for.
struct Arguments: SimulatorArguments {
    static let program = "uvc-scope"
    static let usage = """
        usage: uvc-scope [--name TEXT] [--serial TEXT] [--port N] [--rate N] [--order cycle|hold]
                         [--transfer bulk|isochronous]
                         [--still uvc-method-2|uvc-method-3 --still-picture STILL.jpg]
                         [--fault \(Fault.allCases.map(\.rawValue).joined(separator: "|"))] PICTURE.jpg…
        """

    var name = "Scope"
    var serial = "0001"
    var port: UInt16 = 3240
    /// Frames a second.
    var rate: UInt32 = 24
    var order = Order.cycle
    var transfer = VideoTransfer.bulk
    var fault: Fault?
    var still: StillMethod?
    /// What a still shows.
    var stillPicture: String?
    var pictures: [String] = []

    mutating func add(file: String) { pictures.append(file) }

    func check() throws(ArgumentError) {
        if pictures.isEmpty { throw .noPictures }
        if still == nil, stillPicture != nil { throw .missing("--still") }
        if still != nil, stillPicture == nil { throw .missing("--still-picture") }
    }

    mutating func set(_ option: String, to value: String) throws(ArgumentError) {
        switch option {
        case "--name": name = value
        case "--serial": serial = value
        case "--rate":
            guard let number = UInt32(value), (1...240).contains(number) else { throw .unknown(value) }
            rate = number
        case "--order":
            switch value {
            case "cycle": order = .cycle
            case "hold": order = .hold
            default: throw .unknown(value)
            }
        case "--transfer":
            guard let kind = VideoTransfer(rawValue: value) else { throw .unknown(value) }
            transfer = kind
        case "--still":
            guard let method = StillMethod(rawValue: value) else { throw .unknown(value) }
            still = method
        case "--still-picture": stillPicture = value
        case "--fault":
            guard let kind = Fault(rawValue: value) else { throw .unknown(value) }
            fault = kind
        default: throw .unknown(option)
        }
    }
}
