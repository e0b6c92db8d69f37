import ArgumentParser
import Clinic

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the store that stations deliver to, until SIGTERM.",
        discussion: "Starts only after a passed restore drill. Signs a receipt for every bundle it has made durable.")

    @OptionGroup var place: Place
    @Option(name: .long, help: ArgumentHelp("Where to listen.", valueName: "address:port"))
    var listen = "127.0.0.1:8443"

    func run() async throws {
        let clinic = try place.open()
        try clinic.requireDrill()
    }
}
