import Age
import LockedMemory
import Open

/// Who can open the clinic's sealed keys: the working identity and the offline escrow.
extension ClinicFolder {
    static let workingFile = "working.identity"
    static let workingRecipientFile = "working.recipient"
    static let escrowRecipientFile = "escrow.recipient"

    func keepers() throws(ClinicError) -> [Recipient] {
        [try recipient(Self.workingRecipientFile), try recipient(Self.escrowRecipientFile)]
    }

    func recipient(_ file: String) throws(ClinicError) -> Recipient {
        let text = try readText(file)
        do { return try Recipient(parsing: text) } catch { throw .damaged(file) }
    }

    func workingIdentity() throws(ClinicError) -> Identity {
        var text = try read(Self.workingFile, bound: 4096)
        defer { wipe(&text) }
        do { return try Identity.list(parsing: text)[0] } catch { throw .damaged(Self.workingFile) }
    }

    /// The identity in a small age file, unsealed by one of its keepers.
    func identity(in file: String, by keeper: Identity) throws(ClinicError) -> Identity {
        let sealed = try read(file)
        do {
            var text = try AgeFile.open(sealed.span, identities: [keeper])
            defer { wipe(&text) }
            return try Identity.list(parsing: text)[0]
        } catch .noMatch { throw .wrongEscrow } catch { throw .damaged(file) }
    }
}

extension Identity {
    /// Fresh, post-quantum.
    static func make() throws(ClinicError) -> Identity {
        do { return try generate() } catch { throw .unusable("no key could be made") }
    }

    /// Whom to seal to, so that this identity opens it.
    func sealRecipient() throws(ClinicError) -> Recipient {
        guard let recipient else { throw .unusable("a classical identity is no recipient") }
        do { return try Recipient(recipient) } catch { throw .unusable("no key could be made") }
    }

    /// The line that age reads from a file; the caller wipes it.
    var line: [UInt8] { Array(secretText.utf8) + [UInt8(ascii: "\n")] }

    /// This identity as one small age file for these recipients.
    func sealed(to recipients: [Recipient]) throws(ClinicError) -> [UInt8] {
        var text = line
        defer { wipe(&text) }
        do {
            return try SealedFile(try LockedBytes(copying: text.span), to: recipients, mix: try KeyMix.random()).bytes
        } catch { throw .unusable("the key could not be sealed: \(error)") }
    }
}

/// Overwrites bytes that held a key. Copies that libraries made are beyond its reach.
func wipe(_ bytes: inout [UInt8]) {
    for index in bytes.indices { bytes[index] = 0 }
}
