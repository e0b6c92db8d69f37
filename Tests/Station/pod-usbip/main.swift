import Glibc
import Linux
import PodBoard
import USBIP

/// The command line could not be understood.
struct ArgumentError: Error { let word: String }

let usage = "usage: pod-usbip [--serial 16-HEX-DIGITS] [--port N]"

/// Serves one pod until it is killed.
func serve(_ words: some Sequence<String>) throws {
    var serial: UInt64 = 0x0123_4567_89AB_CDEF
    var port: UInt16 = 3240
    var rest = Array(words)[...]
    while let word = rest.popFirst() {
        switch (word, rest.popFirst()) {
        case ("--serial", .some(let text)):
            guard text.utf8.count == 16, let number = UInt64(text, radix: 16) else { throw ArgumentError(word: text) }
            serial = number
        case ("--port", .some(let text)):
            guard let number = UInt16(text), number > 0 else { throw ArgumentError(word: text) }
            port = number
        default: throw ArgumentError(word: word)
        }
    }
    var server = Server(
        device: PodDevice(SimulatedBoard(serial: serial)), listener: try Listener(port: port),
        input: Descriptor(owning: STDIN_FILENO), output: Descriptor(owning: STDOUT_FILENO))
    try server.run()
}

// A host that goes away is an error of one write, not the end of the process.
_ = signal(SIGPIPE, SIG_IGN)
do {
    try serve(CommandLine.arguments.dropFirst())
} catch let error as ArgumentError {
    complain("pod-usbip: not understood: \(error.word)\n\(usage)")
    exit(2)
} catch {
    complain("pod-usbip: \(error)")
    exit(1)
}
