import ArgumentParser
import Clinic
import Linux

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the store that stations deliver to, until SIGTERM.",
        discussion: "Starts only after a passed restore drill. Signs a receipt for every bundle it has made durable.")

    @Option(name: .long, help: ArgumentHelp("The clinic's folder.", valueName: "dir"))
    var folder: String = environment("OBSCURA_CLINIC") ?? "clinic"
    @Option(name: .long, help: ArgumentHelp("Where to listen; port 0 takes a free one.", valueName: "address:port"))
    var listen = "127.0.0.1:8443"
    @Option(help: ArgumentHelp("Seconds between looks at the certificate's age.", visibility: .hidden))
    var certificateCheck: Int64 = 86_400

    func validate() throws {
        guard (1...86_400).contains(certificateCheck) else {
            throw ValidationError("--certificate-check is 1 to 86400 seconds")
        }
        guard Self.parts(listen) != nil else { throw ValidationError("--listen is address:port") }
    }

    func run() async throws {
        guard let (address, port) = Self.parts(listen) else { return }
        let clinic = try ClinicFolder(path: folder)
        do {
            try await clinic.serve(
                address: address, port: port, certificateCheck: certificateCheck, now: { now() }
            ) { port in
                complain("obscura-clinic: serving on \(address):\(port)")
                notifyServiceManager("READY=1")
            }
        } catch let error as ClinicError { throw error } catch {
            throw ClinicError.unusable("cannot serve on \(listen): \(error)")
        }
        complain("obscura-clinic: stopped")
    }

    private static func parts(_ text: String) -> (String, Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        let address = text[..<colon].trimmingPrefix("[")
        return (String(address.hasSuffix("]") ? address.dropLast() : address), Int(port))
    }
}
