import KeyLink

/// Seconds that a ticket lives.
private let lifetime: UInt64 = 86_400

/// Checks the signing input of an `obscura-ticket+jwt`: both parts must be the canonical JSON (RFC 8785) of this station's
/// ticket, byte for byte, so no JSON parser is needed.
///
/// - Returns: its `seq`.
/// - Throws: `document(line: 1)` for the header, `document(line: 2)` for the payload, `otherStation`.
func ticketSequence(_ input: [UInt8], by signer: Signer) throws(KeyRefusal) -> UInt64 {
    let parts = input.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 2, let header = base64url(parts[0]) else { throw .document(line: 1) }
    guard header == Array(#"{"alg":"ES256","kid":"\#(signer.fingerprint)","typ":"obscura-ticket+jwt"}"#.utf8) else {
        throw .document(line: 1)
    }
    guard let payload = base64url(parts[1]), payload.allSatisfy({ (0x20...0x7e).contains($0) }) else {
        throw .document(line: 2)
    }
    var rest = Substring(decoding: payload, as: UTF8.self)
    guard let audience = take(from: &rest, after: #"{"aud":""#, upTo: #"","exp":"#),
        (1...64).contains(audience.utf8.count), audience.utf8.allSatisfy(isNameByte),
        let expiry = take(from: &rest, after: "", upTo: #","iat":"#).flatMap({ decimal($0) }),
        let issued = take(from: &rest, after: "", upTo: #","iss":""#).flatMap({ decimal($0) }),
        let issuer = take(from: &rest, after: "", upTo: #"","seq":"#),
        let sequence = take(from: &rest, after: "", upTo: #","sub":""#).flatMap({ decimal($0) }),
        let subject = take(from: &rest, after: "", upTo: #""}"#), rest.isEmpty,
        issued <= UInt64(Int64.max) - lifetime, expiry == issued + lifetime
    else { throw .document(line: 2) }
    guard issuer == signer.station, subject == signer.fingerprint else { throw .otherStation }
    return sequence
}

/// Cuts `prefix` and everything up to `end` off the front; nil where either is missing.
private func take(from rest: inout Substring, after prefix: String, upTo end: String) -> String? {
    guard rest.hasPrefix(prefix) else { return nil }
    rest = rest.dropFirst(prefix.utf8.count)
    guard let range = rest.firstRange(of: end) else { return nil }
    defer { rest = rest[range.upperBound...] }
    return String(rest[..<range.lowerBound])
}

/// A store's name: letters, digits, `-`, `.`.
private func isNameByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte)
        || byte == 0x2d || byte == 0x2e
}

/// Decodes unpadded base64url (RFC 4648, section 5); nil for other bytes, an impossible length, or stray bits at the end.
private func base64url(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    guard text.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var held: UInt32 = 0
    for byte in text {
        let value: UInt8
        switch byte {
        case 0x41...0x5a: value = byte - 0x41
        case 0x61...0x7a: value = byte - 0x47
        case 0x30...0x39: value = byte + 4
        case UInt8(ascii: "-"): value = 62
        case UInt8(ascii: "_"): value = 63
        default: return nil
        }
        bits = bits << 6 | UInt32(value)
        held += 6
        if held >= 8 {
            held -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> held))
            bits &= (1 << held) - 1
        }
    }
    return bits == 0 ? bytes : nil
}
