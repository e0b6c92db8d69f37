import CAEAD

/// SHA-256 over bytes that arrive in pieces (FIPS 180-4).
@safe package struct SHA256Stream: ~Copyable, @unchecked Sendable {
    // Sendable: one owner, and using it takes a mutation.
    let context: OpaquePointer

    package init() throws(AEADError) {
        guard let context = unsafe obscura_sha256_new() else { throw .library(.hash) }
        unsafe self.context = context
    }

    deinit { unsafe obscura_sha256_free(context) }

    package mutating func update(_ bytes: Span<UInt8>) throws(AEADError) {
        let done = unsafe bytes.withUnsafeBufferPointer {
            unsafe obscura_sha256_update(context, $0.baseAddress, $0.count)
        }
        guard done == 1 else { throw .library(.hash) }
    }

    /// 32 bytes.
    package consuming func finish() throws(AEADError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        guard unsafe obscura_sha256_finish(context, &digest) == 1 else { throw .library(.hash) }
        return digest
    }
}

/// SHA-256 of bytes that are all there: 32 bytes.
package func sha256(_ bytes: Span<UInt8>) throws(AEADError) -> [UInt8] {
    var stream = try SHA256Stream()
    try stream.update(bytes)
    return try stream.finish()
}
