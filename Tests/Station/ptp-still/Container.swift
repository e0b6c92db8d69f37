/// What a host sent is no PTP container.
enum ContainerError: Error, Equatable {
    /// The length that it announces, or the bytes that are there.
    case length(UInt32)
    case kind(UInt16)
}

/// The unit of PTP over USB (USB Still Image Capture Device Definition 1.0, appendix D.1): length, kind, code, transaction, payload.
struct Container: Equatable {
    enum Kind: UInt16 {
        case command = 1
        case data = 2
        case response = 3
        case event = 4
    }

    static let headerLength = 12
    /// A host sends commands and values of properties: more bytes than these are no camera's business.
    static let mostBytes: UInt32 = 4096

    let kind: Kind
    let code: UInt16
    let transaction: UInt32
    let payload: [UInt8]

    init(_ kind: Kind, _ code: UInt16, _ transaction: UInt32, payload: [UInt8] = []) {
        (self.kind, self.code, self.transaction, self.payload) = (kind, code, transaction, payload)
    }

    /// A command's, response's or event's parameters, at most five.
    init(_ kind: Kind, _ code: UInt16, _ transaction: UInt32, parameters: [UInt32]) {
        var payload = Dataset()
        for parameter in parameters.prefix(5) { payload.put(parameter) }
        self.init(kind, code, transaction, payload: payload.bytes)
    }

    /// Takes the first whole container off the front of what has come; nil while it is not all there.
    init?(takingFrom bytes: inout [UInt8]) throws(ContainerError) {
        guard let length = bytes.number(at: 0, bytes: 4) else { return nil }
        guard (UInt32(Self.headerLength)...Self.mostBytes).contains(length) else { throw .length(length) }
        guard bytes.count >= Int(length), let kind = bytes.number(at: 4, bytes: 2),
            let code = bytes.number(at: 6, bytes: 2), let transaction = bytes.number(at: 8, bytes: 4)
        else { return nil }
        guard let known = Kind(rawValue: UInt16(kind)), known == .command || known == .data else {
            throw .kind(UInt16(kind))
        }
        if known == .command, length > 32 || length % 4 != 0 { throw .length(length) }
        self.init(known, UInt16(code), transaction, payload: Array(bytes[Self.headerLength..<Int(length)]))
        bytes.removeFirst(Int(length))
    }

    /// The parameter at a place, zero where the host left it out.
    func parameter(_ index: Int) -> UInt32 { payload.number(at: 4 * index, bytes: 4) ?? 0 }

    var bytes: [UInt8] {
        var all = Dataset()
        all.put(UInt32(Self.headerLength + payload.count))
        all.put(kind.rawValue)
        all.put(code)
        all.put(transaction)
        return all.bytes + payload
    }
}
