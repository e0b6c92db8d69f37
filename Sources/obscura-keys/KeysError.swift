import Linux
import TPM

/// Why the service does not start, or stops.
enum KeysError: Error, Equatable {
    case hardening(SystemCallError)
    /// No socket path, and none from the service manager.
    case noSocket
    case socket(SystemCallError)
    /// The state folder cannot be read or written.
    case state(FileError)
    /// A file in the state folder is not as it was written, or is missing.
    case damaged(String)
    /// The state folder belongs to this station.
    case otherStation(String)
    /// The state folder's keys are of the other kind: `tpm` or `software`.
    case otherHolder(String)
    case tpm(TPMError)
}

extension KeysError: CustomStringConvertible {
    var description: String {
        switch self {
        case .hardening(let error): "cannot protect this process's memory: \(error)"
        case .noSocket: "no --socket, and the service manager passed none"
        case .socket(let error): "the socket: \(error)"
        case .state(.system(let error)): "the state folder: \(error)"
        case .state(.tooLarge(let bound)): "the state folder: a file is larger than \(bound) bytes"
        case .state(.short): "the state folder: a file ended early"
        case .damaged(let name): "the state folder: \(name) is damaged or missing"
        case .otherStation(let name): "the state folder belongs to station \(name)"
        case .otherHolder(let word): "the state folder holds keys of the kind \(word)"
        case .tpm(let error): "\(error)"
        }
    }

    /// What helps.
    var hint: String? {
        switch self {
        case .tpm(.absent): "switch the TPM on in the firmware, or look at who may open its device"
        case .tpm(.otherTPM): "after a mainboard swap or a cleared TPM, enrol anew with an empty state folder"
        case .tpm(.lockedOut): "wait out the recovery time, or clear the lockout with its password"
        case .tpm(.passwordSet): "the station needs a TPM whose owner password is empty"
        case .hardening: "raise RLIMIT_MEMLOCK for this service"
        case .damaged: "restore the state folder; keys in it cannot be made again"
        default: nil
        }
    }
}
