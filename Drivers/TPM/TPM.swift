import CTPM
import Glibc
import LockedMemory

/// An object as the TPM gave it out, to be kept in a file: TPM2B_PUBLIC, then TPM2B_PRIVATE, encrypted under its parent.
package struct TPMObject: Sendable, Equatable {
    package let bytes: [UInt8]

    /// Bytes from a file; whether they are an object shows when the TPM loads them.
    package init(bytes: [UInt8]) { self.bytes = bytes }
}

/// One TPM 2.0 behind one TCTI, with the storage primary and one salted session ready. For one thread.
///
/// When the TPM forgot the session (it was reset, the machine slept), the next call makes everything anew once.
package struct TPM: ~Copyable {
    let context: Context
    /// The Name of the storage primary, 34 bytes: another TPM, or a cleared one, has another.
    package let parentName: [UInt8]
    private var identity: TPMObject?
    private var isPrepared = true

    @safe struct Context: ~Copyable {
        let pointer: OpaquePointer
        deinit { unsafe ctpm_close(pointer) }
    }

    /// Opens the TPM.
    ///
    /// - Parameters:
    ///   - tcti: a tpm2-tss TCTI string such as `device:/dev/tpmrm0`.
    ///   - expected: the primary's Name as it was at enrolment; only a known primary may salt the session.
    /// - Throws: `absent`; `otherTPM` when the Name differs; else what the commands came to.
    package init(tcti: String, expecting expected: [UInt8]? = nil) throws(TPMError) {
        var opened: OpaquePointer?
        let code = unsafe ctpm_open(tcti, &opened)
        guard let opened = unsafe opened else { throw .absent(code) }
        let context = unsafe Context(pointer: opened)
        parentName = try Self.prepare(context, expecting: expected)
        self.context = context
    }

    /// Makes the primary and the session.
    static func prepare(_ context: borrowing Context, expecting expected: [UInt8]?) throws(TPMError) -> [UInt8] {
        let pointer = unsafe context.pointer
        var name = [UInt8](repeating: 0, count: Int(CTPM_NAME))
        var code = unsafe ctpm_make_parent(pointer, &name)
        if Response(code) == .full {
            _ = unsafe ctpm_flush_leftovers(pointer)
            code = unsafe ctpm_make_parent(pointer, &name)
        }
        guard code == 0 else { throw TPMError(command: code) }
        if let expected, expected != name { throw .otherTPM }
        code = unsafe ctpm_start_session(pointer)
        if Response(code) == .full {
            // The primary goes too: flushing knows no owners.
            _ = unsafe ctpm_flush_leftovers(pointer)
            code = unsafe ctpm_make_parent(pointer, &name)
            if code == 0 { code = unsafe ctpm_start_session(pointer) }
        }
        guard code == 0 else { throw TPMError(command: code) }
        return name
    }

    /// Runs one command; makes the session anew once where the TPM forgot it, waits a little where it is busy.
    mutating func run(_ command: (OpaquePointer) -> UInt32) throws(TPMError) {
        var pause: useconds_t = 20_000
        var hasRestarted = false
        while true {
            if !isPrepared { try restart() }
            let code = unsafe command(context.pointer)
            switch Response(code) {
            case .success: return
            case .unknownHandle where !hasRestarted, .notStarted where !hasRestarted, .full where !hasRestarted:
                hasRestarted = true
                if Response(code) == .full { _ = unsafe ctpm_flush_leftovers(context.pointer) }
                isPrepared = false
            case .tryLater where pause < 1_000_000:
                usleep(pause)
                pause *= 2
            default: throw TPMError(command: code)
            }
        }
    }

    private mutating func restart() throws(TPMError) {
        _ = try Self.prepare(context, expecting: parentName)
        if let identity {
            var point = [UInt8](repeating: 0, count: 64)
            let code = unsafe ctpm_load_identity(context.pointer, identity.bytes, identity.bytes.count, &point)
            guard code == 0 else { throw TPMError(command: code) }
        }
        isPrepared = true
    }

    /// A new P-256 signing key that never leaves this TPM.
    package mutating func makeIdentity() throws(TPMError) -> TPMObject { try make(CTPM_IDENTITY) }

    /// A new HMAC-SHA256 key that never leaves this TPM.
    package mutating func makeMixer() throws(TPMError) -> TPMObject { try make(CTPM_MIXER) }

    private mutating func make(_ kind: ctpm_kind) throws(TPMError) -> TPMObject {
        var object = [UInt8](repeating: 0, count: Int(CTPM_OBJECT))
        var size = 0
        try unsafe run { tpm in unsafe ctpm_create(tpm, kind, &object, &size) }
        return TPMObject(bytes: Array(object.prefix(size)))
    }

    /// Loads the signing key for `sign` and keeps it loaded.
    ///
    /// - Returns: its point, x and y, 32 bytes each, big-endian.
    package mutating func use(identity object: TPMObject) throws(TPMError) -> [UInt8] {
        var point = [UInt8](repeating: 0, count: 64)
        identity = nil
        try unsafe run { tpm in unsafe ctpm_load_identity(tpm, object.bytes, object.bytes.count, &point) }
        identity = object
        return point
    }

    /// ECDSA P-256 over a SHA-256 digest (32 bytes) with the key in use.
    ///
    /// - Returns: r and s, 32 bytes each, big-endian.
    package mutating func sign(_ digest: [UInt8]) throws(TPMError) -> [UInt8] {
        guard digest.count == 32 else { throw .size(digest.count) }
        guard identity != nil else { throw .wrongObject }
        var signature = [UInt8](repeating: 0, count: 64)
        try unsafe run { tpm in unsafe ctpm_sign(tpm, digest, &signature) }
        return signature
    }

    /// HMAC-SHA256 of a context (32 bytes) under a mixer: 32 bytes.
    package mutating func mix(_ context: [UInt8], with mixer: TPMObject) throws(TPMError) -> LockedBytes {
        guard context.count == 32 else { throw .size(context.count) }
        var mixed = try Self.room()
        try unsafe run { tpm in
            var span = mixed.mutableSpan
            return unsafe span.withUnsafeMutableBufferPointer {
                unsafe ctpm_mix(tpm, mixer.bytes, mixer.bytes.count, context, $0.baseAddress)
            }
        }
        return mixed
    }

    /// 32 random bytes from the TPM.
    package mutating func random() throws(TPMError) -> LockedBytes {
        var bytes = try Self.room()
        try unsafe run { tpm in
            var span = bytes.mutableSpan
            return unsafe span.withUnsafeMutableBufferPointer { unsafe ctpm_random(tpm, $0.baseAddress, $0.count) }
        }
        return bytes
    }

    /// Makes sure that a counter stands under the NV index and has a value.
    ///
    /// - Throws: `wrongObject` when something else stands there.
    package mutating func adoptCounter(at index: UInt32) throws(TPMError) {
        try unsafe run { tpm in unsafe ctpm_adopt_counter(tpm, index) }
    }

    package mutating func counter(at index: UInt32) throws(TPMError) -> UInt64 {
        var value: UInt64 = 0
        try unsafe run { tpm in unsafe ctpm_read_counter(tpm, index, &value) }
        return value
    }

    /// Adds one; the TPM never takes it back.
    ///
    /// - Returns: the new value.
    package mutating func raiseCounter(at index: UInt32) throws(TPMError) -> UInt64 {
        try unsafe run { tpm in unsafe ctpm_raise_counter(tpm, index) }
        return try counter(at: index)
    }

    /// Whether the TPM is in dictionary-attack lockout; the station's own objects are exempt from it.
    package mutating func isLockedOut() throws(TPMError) -> Bool {
        var locked: CInt = 0
        try unsafe run { tpm in unsafe ctpm_in_lockout(tpm, &locked) }
        return locked != 0
    }

    static func room() throws(TPMError) -> LockedBytes {
        do { return try LockedBytes(count: 32) } catch { throw .memory(error) }
    }
}
