import Control

/// Any bytes: either refused, or a call or reply that means the same when it is written and read again.
///
/// - Returns: true when the bytes were taken as one of the two.
func fuzz(_ bytes: [UInt8]) -> Bool {
    if let call = try? ControlCall(parsing: bytes) {
        guard let again = try? ControlCall(parsing: call.message), again == call else {
            fatalError("a call that changes when it is written again: \(call)")
        }
        return true
    }
    if let reply = try? ControlReply(parsing: bytes) {
        guard let again = try? ControlReply(parsing: reply.message), again == reply else {
            fatalError("a reply that changes when it is written again: \(reply)")
        }
        return true
    }
    return false
}

/// Changes that repeat with their seed (xorshift64).
struct Noise {
    var state: UInt64

    mutating func next(below bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }

    mutating func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = next(below: bytes.count)
        switch next(below: 4) {
        case 0: bytes[place] ^= UInt8(1 << next(below: 8))
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(UInt8(next(below: 256)), at: place)
        default: bytes.removeLast(bytes.count - place)
        }
    }
}
