import Hummingbird
import Linux
import Logging

let options: ServiceOptions
do {
    options = try ServiceOptions(CommandLine.arguments.dropFirst(), values: ["socket", "capture"])
    let socket = try options.required("socket")
    let link = CaptureLink(path: try options.required("capture"))
    try forbidDumps()
    // Group members connect, others cannot: the role is asked of the kernel at each request.
    setFileMode(mask: 0o117)
    var logger = Logger(label: "obscura-desk")
    logger.logLevel = .critical
    let routes = Routes(link: link, roles: RoleTable())
    let server = DeskServer(responder: routes.router().buildResponder(), logger: logger)
    try await server.run(path: socket) {
        notifyServiceManager("READY=1")
        try startThread { Pulse(socket: socket).run() }
    }
} catch let fault as ServiceOptions.Fault {
    complain("obscura-desk: \(fault)")
    exitProcess(2)
} catch {
    complain("obscura-desk: \(error)")
    exitProcess(1)
}
