import Glibc
import Linux
import USBIP

/// Reads the pictures and serves the camera until it is killed.
func serve(_ arguments: Arguments) throws {
    let folder = try Folder(path: ".")
    let pictures = try arguments.pictures.map { try folder.read($0, bound: 64 << 20) }
    var camera = Camera(identity: arguments.identity, pictures: pictures, onCard: arguments.onCard)
    camera.fault = arguments.fault
    var server = Server(
        device: Still(camera: camera), listener: try Listener(port: arguments.port),
        input: Descriptor(owning: STDIN_FILENO), output: Descriptor(owning: STDOUT_FILENO))
    try server.run()
}

// A host that goes away is an error of one write, not the end of the process.
_ = signal(SIGPIPE, SIG_IGN)
do {
    try serve(try Arguments(parsing: CommandLine.arguments.dropFirst()))
} catch let error as ArgumentError {
    complain("ptp-still: \(error)\n\(Arguments.usage)\n")
    exit(2)
} catch {
    complain("ptp-still: \(error)\n")
    exit(1)
}

/// Writes to standard error; nothing is left to do when that fails.
func complain(_ text: String) {
    try? writeAll(Array(text.utf8), to: Descriptor(owning: STDERR_FILENO))
}
