import Hummingbird
import Linux
import Logging
import NIOCore

let options: ServiceOptions
do {
    options = try ServiceOptions(CommandLine.arguments.dropFirst(), values: ["socket", "capture", "patience"])
    let socket = try options.required("socket")
    let link = CaptureLink(path: try options.required("capture"))
    try forbidDumps()
    // Group members connect, others cannot: the role is asked of the kernel at each request.
    setFileMode(mask: 0o117)
    var logger = Logger(label: "obscura-desk")
    logger.logLevel = .critical
    let patience = TimeAmount.seconds(try options.number("patience", in: 1...30) ?? 30)
    let routes = Routes(link: link, roles: RoleTable(), patience: patience)
    let router = routes.router()
    let server = DeskServer(
        responder: AllowedMethods(of: router, before: router.buildResponder()), logger: logger,
        patience: patience)
    try await server.run(path: socket) {
        notifyServiceManager("READY=1")
        try startThread { Pulse(socket: socket).run() }
    }
} catch let fault as ServiceOptions.Fault {
    tell(.misused("\(fault)"))
    exitProcess(2)
} catch {
    tell(.stopped("\(error)"))
    exitProcess(1)
}
