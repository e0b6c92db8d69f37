import CAEAD

/// HMAC-SHA256 (RFC 2104): 32 bytes.
package func hmacSHA256(key: Span<UInt8>, _ message: Span<UInt8>) throws(AEADError) -> [UInt8] {
    var mac = [UInt8](repeating: 0, count: 32)
    let done = unsafe key.withUnsafeBufferPointer { key in
        unsafe message.withUnsafeBufferPointer { message in
            unsafe obscura_hmac_sha256(key.baseAddress, key.count, message.baseAddress, message.count, &mac)
        }
    }
    guard done == 1 else { throw .library(.hmac) }
    return mac
}

/// HKDF-SHA256 (RFC 5869) into `output`, at most 8160 bytes; an empty salt is 32 zero bytes.
package func deriveKey(
    from secret: Span<UInt8>, salt: Span<UInt8> = Span(), info: StaticString, into output: inout MutableSpan<UInt8>
) throws(AEADError) {
    let info = Array("\(info)".utf8)
    let done = unsafe output.withUnsafeMutableBufferPointer { output in
        unsafe secret.withUnsafeBufferPointer { secret in
            unsafe salt.withUnsafeBufferPointer { salt in
                unsafe obscura_hkdf_sha256(
                    secret.baseAddress, secret.count, salt.baseAddress, salt.count, info, info.count,
                    output.baseAddress, output.count)
            }
        }
    }
    guard done == 1 else { throw .library(.hkdf) }
}

/// True when both hold the same bytes; the time taken says only whether the lengths differ.
package func equalInConstantTime(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Bool {
    guard one.count == other.count else { return false }
    return unsafe one.withUnsafeBufferPointer { one in
        unsafe other.withUnsafeBufferPointer { other in
            unsafe obscura_equal(one.baseAddress, other.baseAddress, one.count) == 1
        }
    }
}

/// Overwrites the bytes in a way the optimiser keeps.
package func wipe(_ bytes: inout MutableSpan<UInt8>) {
    unsafe bytes.withUnsafeMutableBufferPointer { unsafe obscura_wipe($0.baseAddress, $0.count) }
}

/// Fills `bytes` from the kernel's random source (getrandom).
package func fillRandom(_ bytes: inout MutableSpan<UInt8>) throws(AEADError) {
    let code = unsafe bytes.withUnsafeMutableBufferPointer { unsafe obscura_random($0.baseAddress, $0.count) }
    guard code == 0 else { throw .random(errno: code) }
}

/// `count` random bytes for public use: nonces and identifiers. Secrets go into locked memory.
package func randomBytes(_ count: Int) throws(AEADError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    try fillRandom(&span)
    return bytes
}
