extension KeyRequest {
    private enum Kind: UInt8 {
        case identify = 1
        case mix = 2
        case stateKey = 3
        case epoch = 4
        case raiseEpoch = 5
        case sign = 6
        case bind = 7
        case firmware = 8
        case approve = 9
        case renew = 10
        case adopt = 11
    }

    /// Reads one message: the kind's byte, then exactly what the kind has.
    package init(parsing bytes: Span<UInt8>) throws(KeyProtocolError) {
        guard bytes.count > 0 else { throw .kind(nil) }
        guard let kind = Kind(rawValue: bytes[0]) else { throw .kind(bytes[0]) }
        func nothingMore() throws(KeyProtocolError) {
            guard bytes.count == 1 else { throw .length(bytes.count) }
        }
        func exactly(_ count: Int) throws(KeyProtocolError) -> [UInt8] {
            guard bytes.count == 1 + count else { throw .length(bytes.count) }
            return copy(bytes, from: 1)
        }
        switch kind {
        case .identify:
            try nothingMore()
            self = .identify
        case .mix: self = .mix(try exactly(32))
        case .stateKey:
            try nothingMore()
            self = .stateKey
        case .epoch:
            try nothingMore()
            self = .epoch
        case .raiseEpoch:
            try nothingMore()
            self = .raiseEpoch
        case .sign:
            guard (3...Self.bound).contains(bytes.count) else { throw .length(bytes.count) }
            guard let document = DocumentKind(rawValue: bytes[1]) else { throw .documentKind(bytes[1]) }
            self = .sign(document, copy(bytes, from: 2))
        case .bind: self = .bind(try exactly(64))
        case .firmware:
            try nothingMore()
            self = .firmware
        case .approve: self = .approve(try exactly(64))
        case .renew:
            try nothingMore()
            self = .renew
        case .adopt: self = .adopt(try exactly(32))
        }
    }

    /// The message that says this.
    package var encoded: [UInt8] {
        switch self {
        case .identify: [Kind.identify.rawValue]
        case .mix(let context): [Kind.mix.rawValue] + context
        case .stateKey: [Kind.stateKey.rawValue]
        case .epoch: [Kind.epoch.rawValue]
        case .raiseEpoch: [Kind.raiseEpoch.rawValue]
        case .sign(let kind, let document): [Kind.sign.rawValue, kind.rawValue] + document
        case .bind(let point): [Kind.bind.rawValue] + point
        case .firmware: [Kind.firmware.rawValue]
        case .approve(let signature): [Kind.approve.rawValue] + signature
        case .renew: [Kind.renew.rawValue]
        case .adopt(let secret): [Kind.adopt.rawValue] + secret
        }
    }
}

/// The bytes from `start` on as an array.
func copy(_ bytes: Span<UInt8>, from start: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count - start)
    for place in start..<bytes.count { result.append(bytes[place]) }
    return result
}
