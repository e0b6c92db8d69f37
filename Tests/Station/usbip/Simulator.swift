import Glibc
import Linux

/// The command line of a simulated device could not be understood.
package enum ArgumentError: Error {
    /// The option that has no value.
    case missing(String)
    case unknown(String)
    case noPictures
}

/// What a simulated device may be told when it starts: options with one value each, and perhaps files.
package protocol SimulatorArguments {
    static var program: String { get }
    static var usage: String { get }

    init()

    /// Where USB/IP listens: TCP, on loopback.
    var port: UInt16 { get set }

    mutating func set(_ option: String, to value: String) throws(ArgumentError)
    mutating func add(file: String) throws(ArgumentError)
    /// Whether anything is missing.
    func check() throws(ArgumentError)
}

extension SimulatorArguments {
    package mutating func add(file: String) throws(ArgumentError) { throw .unknown(file) }

    package func check() throws(ArgumentError) {}

    package init(parsing words: some Sequence<String>) throws(ArgumentError) {
        self.init()
        var rest = Array(words)[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--") else {
                try add(file: word)
                continue
            }
            guard let value = rest.popFirst() else { throw .missing(word) }
            if word == "--port" {
                guard let number = UInt16(value), number > 0 else { throw .unknown(value) }
                port = number
            } else {
                try set(word, to: value)
            }
        }
        try check()
    }
}

/// Lends the device that the command line describes to hosts until the process is killed.
///
/// - Parameter device: makes it.
package func simulate<Arguments: SimulatorArguments, Device: USBIPDevice & ~Copyable>(
    _: Arguments.Type, device: (Arguments) throws -> Device
) -> Never {
    // A host that goes away is an error of one write, not the end of the process.
    _ = signal(SIGPIPE, SIG_IGN)
    do {
        let arguments = try Arguments(parsing: CommandLine.arguments.dropFirst())
        var server = Server(
            device: try device(arguments), listener: try Listener(port: arguments.port),
            input: Descriptor(owning: STDIN_FILENO), output: Descriptor(owning: STDOUT_FILENO))
        try server.run()
        exit(0)
    } catch let error as ArgumentError {
        complain("\(Arguments.program): \(error)\n\(Arguments.usage)")
        exit(2)
    } catch {
        complain("\(Arguments.program): \(error)")
        exit(1)
    }
}
