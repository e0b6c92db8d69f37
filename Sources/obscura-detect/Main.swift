import DetectLink
import FaceNet
import Linux

/// The detection worker: small RGB planes in, boxes of faces out. It dies on any surprise.
@main
struct Main {
    static func main() {
        do {
            let options = try ServiceOptions(
                CommandLine.arguments.dropFirst(),
                values: ["engine", "model", "socket", "peer-uid", "patience-seconds"])
            let (engine, model) = (try options.required("engine"), try options.required("model"))
            let (socket, peer) = (try options.required("socket"), try options.user("peer-uid"))
            let seconds = options.optional("patience-seconds") ?? "20"
            guard let patience = Int32(seconds), (1...3600).contains(patience) else {
                throw ServiceOptions.Fault.invalid("patience-seconds", seconds)
            }
            try hardenProcess()
            try start(engine: engine, model: model, socket: socket, peer: peer, patience: patience)
        } catch let fault as ServiceOptions.Fault {
            tell(.misused("\(fault)"))
            exitProcess(2)
        } catch {
            tell(.stopped("stopped: \(error)"))
            exitProcess(1)
        }
    }

    /// - Parameter patience: seconds that one request may hold the process.
    private static func start(engine: String, model path: String, socket: String, peer: UInt32, patience: Int32) throws
    {
        Watchdog.arm(milliseconds: max(60, 3 * patience) * 1000)
        let model = try read(path)
        var net = try FaceNet(engineFolder: engine, model: model.span)
        try SelfTest.run(&net)
        Watchdog.disarm()
        var worker = Worker(
            net: net, listener: try UnixListener(inheritedOr: socket, mode: 0o660), peer: peer,
            patience: patience * 1000)
        notifyServiceManager("READY=1")
        try worker.run()
    }

    private static func read(_ path: String) throws -> [UInt8] {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        let folder = (path.hasPrefix("/") ? "/" : "./") + parts.dropLast().joined(separator: "/")
        return try Folder(path: folder).read(String(parts.last ?? ""), bound: 16 << 20)
    }
}
