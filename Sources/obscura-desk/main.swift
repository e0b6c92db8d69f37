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
    logger.logLevel = .error
    let routes = Routes(link: link, roles: RoleTable())
    let application = Application(
        router: routes.router(), configuration: .init(address: .unixDomainSocket(path: socket), serverName: nil),
        onServerRunning: { _ in notifyServiceManager("READY=1") }, logger: logger)
    try await application.runService()
} catch let fault as ServiceOptions.Fault {
    complain("obscura-desk: \(fault)")
    exitProcess(2)
} catch {
    complain("obscura-desk: \(error)")
    exitProcess(1)
}
