import Glibc

/// Writes an event to the log: to systemd's journal with its fields where standard error is the journal, as plain lines
/// otherwise.
package func tell(_ event: StationEvent) {
    let program = CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "obscura"
    let entry = JournalEntry(event, program: program)
    if standardErrorIsTheJournal(), (try? sendDatagram(entry.bytes, to: journalSocket)) != nil { return }
    // Also when the journal did not take it: then it gets the lines.
    complain("\(program): \(event.line)")
    if let hint = event.hint { complain("\(program): hint: \(hint)") }
}

/// Fixed: nothing in the environment can send the log elsewhere.
private let journalSocket = "/run/systemd/journal/socket"

/// An event as systemd's native journal protocol has it: `NAME=value` a line, or, where the value has line ends of its own,
/// `NAME`, a line end, the value's length in 64 bits with the lowest first, the value.
struct JournalEntry {
    private(set) var bytes: [UInt8] = []

    init(_ event: StationEvent, program: String) {
        add("MESSAGE", event.line)
        add("PRIORITY", "\(event.priority.rawValue)")
        add("SYSLOG_IDENTIFIER", program)
        add("OBSCURA_EVENT", event.code)
        if let hint = event.hint { add("OBSCURA_HINT", hint) }
        for (name, value) in event.facts { add("OBSCURA_\(name)", value) }
    }

    private mutating func add(_ name: String, _ value: String) {
        let line = UInt8(ascii: "\n")
        let value = Array(value.utf8)
        bytes += Array(name.utf8)
        if value.contains(line) {
            bytes.append(line)
            for shift in stride(from: 0, to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: value.count >> shift))
            }
        } else {
            bytes.append(UInt8(ascii: "="))
        }
        bytes += value + [line]
    }
}

/// Whether the service manager connected standard error to its journal, and it still is: device and inode are those of
/// JOURNAL_STREAM.
private func standardErrorIsTheJournal() -> Bool {
    guard let stream = environment("JOURNAL_STREAM") else { return false }
    var status = stat()
    return unsafe fstat(2, &status) == 0 && stream == "\(status.st_dev):\(status.st_ino)"
}
