import Glibc
import Linux
import USBIP

/// Reads the pictures, all of one size, and serves them until it is killed.
func serve(_ arguments: Arguments) throws {
    var pictures: [Picture] = []
    let folder = try Folder(path: ".")
    for path in arguments.pictures {
        let picture = try Picture(parsing: try folder.read(path, bound: 64 << 20))
        if let first = pictures.first, first.size != picture.size { throw PictureError.sizeDiffers(picture.size) }
        pictures.append(picture)
    }
    let ticks = 10_000_000 / arguments.rate
    let stream = Stream(
        pictures: pictures, interval: .nanoseconds(Int64(ticks) * 100), order: arguments.order, fault: arguments.fault)
    let scope = Scope(
        name: arguments.name, serial: arguments.serial, size: pictures[0].size, interval: ticks, stream: stream)
    var server = Server(
        device: scope, listener: try Listener(port: arguments.port), input: Descriptor(owning: STDIN_FILENO),
        output: Descriptor(owning: STDOUT_FILENO))
    try server.run()
}

// A host that goes away is an error of one write, not the end of the process.
_ = signal(SIGPIPE, SIG_IGN)
do {
    try serve(try Arguments(parsing: CommandLine.arguments.dropFirst()))
} catch let error as ArgumentError {
    complain("uvc-scope: \(error)\n\(Arguments.usage)\n")
    exit(2)
} catch {
    complain("uvc-scope: \(error)\n")
    exit(1)
}

/// Writes to standard error; nothing is left to do when that fails.
func complain(_ text: String) {
    try? writeAll(Array(text.utf8), to: Descriptor(owning: STDERR_FILENO))
}
