import KeyLink
import Linux
import TPM

/// The station's keys, or why they cannot be had for now: a TPM that is away, a disk that takes nothing. Every question
/// tries again, so a service that was started meanwhile goes on by itself, and capture can say to a person what is wrong.
struct KeyringDoor: ~Copyable {
    private let settings: Settings
    private var keyring: Keyring?

    /// - Throws: what only a person can mend.
    init(_ settings: Settings) throws(KeysError) {
        self.settings = settings
        do throws(KeysError) { keyring = try Keyring.open(settings) } catch {
            guard error.passing != nil else { throw error }
            keyring = nil
            tell(.keysNotYet("\(error)", hint: error.hint))
        }
    }

    /// Does what was asked.
    mutating func answer(_ request: KeyRequest) -> KeyReply {
        do throws(KeysError) {
            var present = if let open = keyring.take() { open } else { try Keyring.open(settings) }
            let reply = present.answer(request)
            keyring = consume present
            return reply
        } catch { return .refused(error.passing ?? .storage) }
    }
}

extension KeysError {
    /// The answer while it lasts; nil for what does not end by itself.
    fileprivate var passing: KeyRefusal? {
        switch self {
        case .tpm(.absent), .tpm(.gone): .absent
        case .tpm(.busy): .busy
        case .state(.system(let error)) where error.isDiskFault: .storage
        default: nil
        }
    }
}
