import GPhoto
import Linux
import StillLink

/// The still camera's process: libgphoto2 runs here and nowhere else. It takes one picture and ends, so that no byte of one
/// patient's picture is in the memory that the next one's comes to.
@main
struct Main {
    static func main() {
        do {
            let options = try ServiceOptions(
                CommandLine.arguments.dropFirst(), values: ["ports", "driver", "socket", "peer-uid"])
            let (ports, driver) = (try options.required("ports"), try options.required("driver"))
            let (socket, peer) = (try options.required("socket"), try options.user("peer-uid"))
            try hardenProcess()
            let listener = try UnixListener(inheritedOr: socket, mode: 0o600)
            let worker: Worker
            do {
                let drivers = try SelfTest.run(ports: ports, driver: driver)
                worker = Worker(drivers: drivers, listener: listener, peer: peer)
            } catch {
                // Who waits at the socket is told; a process that ended before would only be started again.
                tell(.stopped("self-test: \(error)"))
                worker = Worker(drivers: nil, listener: listener, peer: peer)
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
