import KeyLink
import Linux
import TPM

/// Holds the TPM and answers one user.
@main struct ObscuraKeys {
    private static let usage =
        "obscura-keys --tcti STRING --state DIR --socket PATH --peer-uid USER --station NAME [--software]"

    static func main() {
        // Before the TPM libraries write their first line: at their trace level they print whole buffers.
        setEnvironment("TSS2_LOG", to: "all+NONE")
        setFileMode(mask: 0o077)
        let settings: Settings
        do { settings = try Settings(CommandLine.arguments.dropFirst()) } catch {
            tell(.misused("misused: \(error)", hint: usage))
            exitProcess(2)
        }
        do throws(KeysError) { try serve(settings) } catch {
            tell(.stopped("refused: \(error)", hint: error.hint))
            exitProcess(1)
        }
    }

    private static func serve(_ settings: Settings) throws(KeysError) -> Never {
        do { try hardenProcess() } catch {
            // Dumps are forbidden by now. A demonstration may run where memory cannot be locked; a station may not.
            guard settings.holder == .software, error.call == "mlockall" else { throw .hardening(error) }
            tell(.memoryNotLocked(error))
        }
        var service = Service(
            keyring: try KeyringDoor(settings), listener: try listener(settings), peer: settings.peer)
        notifyServiceManager("READY=1")
        try service.run()
    }

    private static func listener(_ settings: Settings) throws(KeysError) -> UnixListener {
        if let inherited = inheritedListener() { return UnixListener(inherited: inherited) }
        guard let path = settings.socket else { throw .noSocket }
        // The folder's group may reach the socket where capture is another user; who is answered, SO_PEERCRED decides.
        let mode: UInt32 = settings.peer == currentUser() ? 0o600 : 0o660
        do { return try UnixListener(path: path, mode: mode) } catch { throw .socket(error) }
    }
}

/// The command line.
struct Settings {
    private let givenTCTI: String
    let state: String
    /// Nil only where the service manager passes a socket.
    let socket: String?
    /// The one user who is answered.
    let peer: UInt32
    let station: String
    let holder: KeyHolder

    init(_ arguments: some Sequence<String>) throws(ServiceOptions.Fault) {
        let options = try ServiceOptions(
            arguments, values: ["tcti", "state", "socket", "peer-uid", "station"], flags: ["software"])
        let tcti = try options.required("tcti")
        givenTCTI = tcti
        state = try options.required("state")
        socket = options.optional("socket")
        peer = try options.user("peer-uid")
        station = try options.required("station")
        holder = options.has("software") ? .software : .tpm
        guard StationKey.isName(station) else { throw .invalid("station", station) }
        // A simulator reached over the network must never sign `keys tpm`.
        guard holder == .software || tcti == "device" || tcti.hasPrefix("device:") else {
            throw .invalid("tcti", "\(tcti) without --software")
        }
    }

    /// Where the TPM is now. One whose driver was away comes back under the next number; which TPM it is, its keys prove.
    var tcti: String {
        guard givenTCTI == "device:/dev/tpmrm0", let devices = try? Folder(path: "/dev"),
            let names = try? devices.names(), !names.contains("tpmrm0"),
            let other = names.first(where: { $0.hasPrefix("tpmrm") })
        else { return givenTCTI }
        return "device:/dev/\(other)"
    }
}
