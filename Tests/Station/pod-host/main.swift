import Glibc
import Linux
import Pod
import PodCore

/// The station's own driver of the pod, and nothing else of the station: says what it sees, and does what it is told, a line
/// each.
func serve(_ arguments: [String]) throws {
    guard arguments.count == 2, arguments[0] == "--device", let place = PodPlace(parsing: arguments[1]) else {
        complain("usage: pod-host --device SERIAL|PORT")
        exit(2)
    }
    let driver = try PodDriver(try PodUSBDoor(place)) { press in
        let micros = Int64(press.uncertainty / .microseconds(1))
        say("\(press.source) \(press.pressed ? "pressed" : "released") within \(micros) us")
    }
    try driver.start()
    let input = Descriptor(owning: STDIN_FILENO)
    var recording: PodRecording?
    var last = ""
    while true {
        let ready = try poll([(input.number, .readable)], milliseconds: 50)
        let standing = words(of: driver.view)
        if standing != last { say(standing) }
        last = standing
        guard !ready[0].isEmpty else { continue }
        guard let bytes = try readSome(4096, from: input) else { break }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            obey(line, driver, &recording)
        }
    }
    recording = nil
    driver.stop()
}

func words(of view: PodView) -> String {
    switch view.standing {
    case .away(let error): "away: \(error)"
    case .here(let hello, let report, let isLeased):
        "here: \(hello.serialText) \(report.standing.phase)\(isLeased ? ", leased" : "")"
    }
}

func obey(_ line: Substring, _ driver: PodDriver, _ recording: inout PodRecording?) {
    do throws(PodError) {
        switch line {
        case "begin": driver.beginSession()
        case "end":
            recording = nil
            driver.endSession()
        case "record": recording = try driver.record()
        case "check":
            guard let held = recording.take() else { throw .dark }
            // One that has failed is over.
            try held.check()
            recording = consume held
        case "dark": recording = nil
        case "light": _ = try driver.light(.crossPolarised, permille: 500)
        case "tone": try driver.tone(.durable)
        case "counts":
            let counts = driver.view.counts
            say("openings \(counts.openings) presses \(counts.presses) late \(counts.late) lost \(counts.lost)")
        default: return say("not understood: \(line)")
        }
        say("done: \(line)")
    } catch { say("refused: \(line): \(error)") }
}

func say(_ line: String) {
    // Whoever reads has gone where this fails.
    do { try writeAll(Array("\(line)\n".utf8), to: output) } catch { exit(1) }
}

let output = Descriptor(owning: STDOUT_FILENO)
_ = signal(SIGPIPE, SIG_IGN)
do { try serve(Array(CommandLine.arguments.dropFirst())) } catch {
    complain("pod-host: \(error)")
    exit(1)
}
