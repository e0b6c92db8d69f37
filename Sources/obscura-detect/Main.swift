import DetectLink
import FaceNet
import Linux

/// The detection worker: small RGB planes in, boxes of faces out. It dies on any surprise.
@main
struct Main {
    static func main() {
        guard let options = Options(parsing: Array(CommandLine.arguments.dropFirst())) else {
            complain(Options.usage)
            exitProcess(2)
        }
        do {
            try hardenProcess()
            try start(options)
        } catch {
            complain("obscura-detect: stopped: \(error)")
            exitProcess(1)
        }
    }

    private static func start(_ options: Options) throws -> Never {
        Watchdog.arm(milliseconds: 60_000)
        let model = try read(options.model)
        var net = try FaceNet(engineFolder: options.engine, model: model.span)
        try SelfTest.run(&net)
        Watchdog.disarm()
        let listener = try UnixListener(path: options.socket, mode: 0o660)
        var worker = Worker(net: net, listener: listener, peer: options.peer)
        notifyServiceManager("READY=1")
        try worker.run()
    }

    private static func read(_ path: String) throws -> [UInt8] {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        let folder = (path.hasPrefix("/") ? "/" : "./") + parts.dropLast().joined(separator: "/")
        return try Folder(path: folder).read(String(parts.last ?? ""), bound: 16 << 20)
    }
}
