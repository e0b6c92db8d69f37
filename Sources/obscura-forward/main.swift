import Forward
import ForwardLink
import Linux

let usage =
    "obscura-forward --outbox DIR --inbox DIR [--once] [--longest-wait SECONDS] [--fetch-every SECONDS] "
    + "[--stall SECONDS] [--answer SECONDS] [--connect SECONDS] [--await-every SECONDS]"

func misused(_ words: String) -> Never {
    tell(.misused(words, hint: usage))
    exitProcess(2)
}

/// Seconds that an option may name.
let day: ClosedRange<Int64> = 1...86400
let options: ServiceOptions
let configuration: ForwardConfiguration
do {
    options = try ServiceOptions(
        CommandLine.arguments.dropFirst(),
        values: ["outbox", "inbox", "longest-wait", "fetch-every", "stall", "answer", "connect", "await-every"],
        flags: ["once"])
    configuration = ForwardConfiguration(
        outbox: try options.required("outbox"), inbox: try options.required("inbox"),
        longestWait: Int(try options.number("longest-wait", in: day) ?? 300),
        fetchEvery: Int(try options.number("fetch-every", in: day) ?? 300),
        stall: Int(try options.number("stall", in: day) ?? 60),
        answer: Int(try options.number("answer", in: day) ?? 300),
        connect: Int(try options.number("connect", in: day) ?? 15),
        awaitEvery: Int(try options.number("await-every", in: day) ?? 10))
} catch { misused("\(error)") }

do {
    try forbidDumps()
    var forwarder = try Forwarder(configuration)
    if options.has("once") {
        if let fault = forwarder.round() {
            tell(.deliveryIncomplete(code: fault.rawValue))
            exitProcess(1)
        }
    } else {
        try forwarder.run()
    }
} catch {
    tell(.stopped("\(error)"))
    exitProcess(1)
}
