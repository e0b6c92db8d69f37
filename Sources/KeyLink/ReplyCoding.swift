import LockedMemory

extension KeyReply {
    private enum Kind: UInt8 {
        case identity = 0x81
        case mixed = 0x82
        case stateKey = 0x83
        case epoch = 0x84
        case signature = 0x86
        case firmware = 0x88
        case done = 0x89
        case refused = 0xe0
    }

    /// Reads one message. A secret goes from `bytes` into locked memory; wiping `bytes` is the caller's.
    package init(parsing bytes: Span<UInt8>) throws(KeyLinkError) {
        guard bytes.count > 0 else { throw .protocol(.kind(nil)) }
        guard let kind = Kind(rawValue: bytes[0]) else { throw .protocol(.kind(bytes[0])) }
        func expect(_ count: Int) throws(KeyLinkError) {
            guard bytes.count == count else { throw .protocol(.length(bytes.count)) }
        }
        switch kind {
        case .identity: self = .identity(try Self.stationKey(bytes))
        case .mixed:
            try expect(33)
            self = .mixed(try Self.secret(bytes))
        case .stateKey:
            try expect(33)
            self = .stateKey(try Self.secret(bytes))
        case .epoch:
            try expect(9)
            self = .epoch(number(bytes, at: 1))
        case .signature:
            try expect(65)
            do { self = .signature(try StationSignature(raw: copy(bytes, from: 1))) } catch { throw .protocol(error) }
        case .firmware:
            try expect(33)
            self = .firmware(copy(bytes, from: 1))
        case .done:
            try expect(1)
            self = .done
        case .refused:
            try expect(10)
            guard let refusal = KeyRefusal(code: bytes[1], detail: number(bytes, at: 2)) else {
                throw .protocol(.refusal(bytes[1]))
            }
            self = .refused(refusal)
        }
    }

    private static func secret(_ bytes: Span<UInt8>) throws(KeyLinkError) -> LockedBytes {
        do { return try LockedBytes(copying: bytes.extracting(droppingFirst: 1)) } catch { throw .memory(error) }
    }

    /// Kind, holder (0 TPM, 1 software), length of the name, name, SubjectPublicKeyInfo.
    private static func stationKey(_ bytes: Span<UInt8>) throws(KeyLinkError) -> StationKey {
        let prefix = StationKey.prefix
        guard bytes.count > 3, bytes[1] <= 1, bytes.count == 3 + Int(bytes[2]) + prefix.count + 64 else {
            throw .protocol(.length(bytes.count))
        }
        let rest = copy(bytes, from: 3)
        let (name, key) = (rest.prefix(Int(bytes[2])), rest.dropFirst(Int(bytes[2])))
        guard key.starts(with: prefix) else { throw .protocol(.stationKey) }
        do {
            return try StationKey(
                holder: bytes[1] == 0 ? .tpm : .software, name: String(decoding: name, as: UTF8.self),
                point: Array(key.dropFirst(prefix.count)))
        } catch { throw .protocol(error) }
    }

    /// The message that says this, in locked memory because it may be a secret.
    package func encoded() throws(LockedMemoryError) -> LockedBytes {
        switch self {
        case .identity(let key):
            let name = Array(key.name.utf8)
            let holder: UInt8 = key.holder == .tpm ? 0 : 1
            return try LockedBytes(
                copying: ([Kind.identity.rawValue, holder, UInt8(name.count)] + name + key.publicKey).span)
        case .mixed(let secret): return try Self.joined(.mixed, secret)
        case .stateKey(let secret): return try Self.joined(.stateKey, secret)
        case .epoch(let value): return try LockedBytes(copying: ([Kind.epoch.rawValue] + bigEndian(value)).span)
        case .signature(let signature):
            return try LockedBytes(copying: ([Kind.signature.rawValue] + signature.raw).span)
        case .firmware(let digest): return try LockedBytes(copying: ([Kind.firmware.rawValue] + digest).span)
        case .done: return try LockedBytes(copying: [Kind.done.rawValue].span)
        case .refused(let refusal):
            let (code, detail) = refusal.coded
            return try LockedBytes(copying: ([Kind.refused.rawValue, code] + bigEndian(detail)).span)
        }
    }

    private static func joined(_ kind: Kind, _ secret: borrowing LockedBytes) throws(LockedMemoryError) -> LockedBytes {
        var message = try LockedBytes(count: secret.count + 1)
        var target = message.mutableSpan
        target[0] = kind.rawValue
        let source = secret.span
        for place in 0..<source.count { target[place + 1] = source[place] }
        return message
    }
}

extension KeyRefusal {
    /// The byte on the wire and the number beside it.
    var coded: (code: UInt8, detail: UInt64) {
        switch self {
        case .absent: (1, 0)
        case .lockedOut: (2, 0)
        case .otherDevice: (3, 0)
        case .stateKeySealedAway: (4, 0)
        case .busy: (5, 0)
        case .device(let code): (6, UInt64(code))
        case .malformed: (7, 0)
        case .document(let line): (8, UInt64(line))
        case .otherStation: (9, 0)
        case .otherHolder: (10, 0)
        case .epoch(let value): (11, value)
        case .sequence(let last): (12, last)
        case .storage: (13, 0)
        case .otherClinic: (14, 0)
        case .notApproved: (15, 0)
        case .notStranded: (16, 0)
        }
    }

    init?(code: UInt8, detail: UInt64) {
        switch (code, detail) {
        case (1, 0): self = .absent
        case (2, 0): self = .lockedOut
        case (3, 0): self = .otherDevice
        case (4, 0): self = .stateKeySealedAway
        case (5, 0): self = .busy
        case (6, 0...0xffff_ffff): self = .device(UInt32(detail))
        case (7, 0): self = .malformed
        case (8, 0...0xffff_ffff): self = .document(line: UInt32(detail))
        case (9, 0): self = .otherStation
        case (10, 0): self = .otherHolder
        case (11, _): self = .epoch(detail)
        case (12, _): self = .sequence(last: detail)
        case (13, 0): self = .storage
        case (14, 0): self = .otherClinic
        case (15, 0): self = .notApproved
        case (16, 0): self = .notStranded
        default: return nil
        }
    }
}

private func bigEndian(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) }
}

private func number(_ bytes: Span<UInt8>, at start: Int) -> UInt64 {
    (start..<start + 8).reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
}
