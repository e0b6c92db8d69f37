import Forward
import Linux

let usage =
    "obscura-forward --outbox DIR --inbox DIR [--once] [--longest-wait SECONDS] [--fetch-every SECONDS] [--stall SECONDS]"

func misused(_ words: String) -> Never {
    complain("obscura-forward: \(words)")
    complain("usage: \(usage)")
    exitProcess(2)
}

func seconds(_ options: ServiceOptions, _ name: String, default fallback: Int) -> Int {
    guard let text = options.optional(name) else { return fallback }
    guard let value = Int(text), (1...86400).contains(value) else {
        misused("--\(name) is a number of seconds from 1 to 86400, not \(text)")
    }
    return value
}

let options: ServiceOptions
let configuration: ForwardConfiguration
do {
    options = try ServiceOptions(
        CommandLine.arguments.dropFirst(),
        values: ["outbox", "inbox", "longest-wait", "fetch-every", "stall"], flags: ["once"])
    configuration = ForwardConfiguration(
        outbox: try options.required("outbox"), inbox: try options.required("inbox"),
        longestWait: seconds(options, "longest-wait", default: 300),
        fetchEvery: seconds(options, "fetch-every", default: 300), stall: seconds(options, "stall", default: 60))
} catch { misused("\(error)") }

do {
    try forbidDumps()
    var forwarder = try Forwarder(configuration)
    if options.has("once") {
        if let fault = forwarder.round() {
            complain("obscura-forward: refused: not everything was delivered: \(fault.rawValue)")
            exitProcess(1)
        }
    } else {
        try forwarder.run()
    }
} catch {
    complain("obscura-forward: \(error)")
    exitProcess(1)
}
