import GPhoto
import Linux
import StillLink
import StillNode

/// The still camera's process: libgphoto2 runs here and nowhere else, and stills of video cameras come through it. It takes one picture and ends, so that no byte of one
/// patient's picture is in the memory that the next one's comes to.
@main
struct Main {
    static func main() {
        do {
            var arguments = CommandLine.arguments.dropFirst()
            if arguments.first == "--give-back" {
                arguments.removeFirst()
                let options = try ServiceOptions(arguments, values: ["ports"])
                GivingBack.run(try StillTransport(folder: try options.required("ports")))
                return
            }
            let options = try ServiceOptions(arguments, values: ["ports", "driver", "socket", "peer-uid"])
            let (ports, driver) = (try options.required("ports"), try options.required("driver"))
            let (socket, peer) = (try options.required("socket"), try options.user("peer-uid"))
            try hardenProcess()
            let listener = try UnixListener(inheritedOr: socket, mode: 0o600)
            let worker: Worker
            do {
                let parts = try SelfTest.run(ports: ports, driver: driver)
                worker = Worker(parts: parts, listener: listener, peer: peer)
            } catch {
                // Who waits at the socket is told; a process that ended before would only be started again.
                tell(.stopped("self-test: \(error)"))
                worker = Worker(parts: nil, listener: listener, peer: peer)
            }
            notifyServiceManager("READY=1")
            try worker.run()
        } catch let fault as ServiceOptions.Fault {
            tell(.misused("\(fault)"))
            exitProcess(2)
        } catch {
            tell(.stopped("stopped: \(error)"))
            exitProcess(1)
        }
    }
}
