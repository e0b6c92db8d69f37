import CAEAD

/// ChaCha20-Poly1305 that only seals, under one key. Not for two threads at once.
@safe package struct SealingCipher: ~Copyable, @unchecked Sendable {
    // Sendable: one owner, and using it takes a mutation.
    private let context: OpaquePointer

    /// - Parameter key: 32 bytes.
    package init(key: Span<UInt8>) throws(AEADError) {
        unsafe context = try makeContext(key: key, sealing: 1)
    }

    deinit { unsafe obscura_cipher_free(context) }

    /// Encrypts in place: all of `buffer` but its last 16 bytes is plain text; the tag goes into those.
    package mutating func seal(
        _ buffer: inout MutableSpan<UInt8>, nonce: Nonce, additional: Span<UInt8> = Span()
    ) throws(AEADError) {
        guard buffer.count >= 16 else { throw .size(buffer.count) }
        let context = unsafe context
        let done = unsafe buffer.withUnsafeMutableBufferPointer { bytes in
            unsafe nonce.bytes.span.withUnsafeBufferPointer { nonce in
                unsafe additional.withUnsafeBufferPointer { additional in
                    let count = bytes.count - 16
                    return unsafe obscura_cipher_seal(
                        context, nonce.baseAddress, additional.baseAddress, additional.count,
                        bytes.baseAddress, count, bytes.baseAddress! + count)
                }
            }
        }
        guard done == 1 else { throw .library(.cipher) }
    }

    /// The number of bytes by which sealing makes `count` plain bytes longer.
    package static func overhead(of count: Int) -> Int { count == 0 ? 16 : (count + 65535) / 65536 * 16 }

    /// Seals an age v1 payload (STREAM, 65 536-byte chunks) in place.
    ///
    /// - Parameter buffer: `overhead(of:)` bytes of room, then the plain bytes. Afterwards all of it is `ct || tag`
    ///   chunks; when this throws, it is wiped.
    package mutating func sealStream(_ buffer: inout MutableSpan<UInt8>, count: Int) throws(AEADError) {
        try unsafe sealStream(&buffer, count: count, hashes: (nil, nil, nil))
    }

    /// As above, with three hashes beside the cipher on their own threads.
    ///
    /// - Parameters:
    ///   - plain: reads the plain bytes before they go.
    ///   - entry: reads the sealed bytes.
    ///   - file: reads the sealed bytes too.
    package mutating func sealStream(
        _ buffer: inout MutableSpan<UInt8>, count: Int,
        plain: inout SHA256Stream, entry: inout SHA256Stream, file: inout SHA256Stream
    ) throws(AEADError) {
        try unsafe sealStream(&buffer, count: count, hashes: (plain.context, entry.context, file.context))
    }

    private mutating func sealStream(
        _ buffer: inout MutableSpan<UInt8>, count: Int,
        hashes: (plain: OpaquePointer?, entry: OpaquePointer?, file: OpaquePointer?)
    ) throws(AEADError) {
        guard count >= 0, buffer.count == count + Self.overhead(of: count) else { throw .size(buffer.count) }
        let context = unsafe context
        let done = unsafe buffer.withUnsafeMutableBufferPointer {
            unsafe obscura_stream_seal(context, $0.baseAddress, count, hashes.plain, hashes.entry, hashes.file)
        }
        guard done == 1 else { throw .library(.cipher) }
    }
}

/// ChaCha20-Poly1305 that only opens, under one key. Not for two threads at once.
@safe package struct OpeningCipher: ~Copyable, @unchecked Sendable {
    // Sendable: one owner, and using it takes a mutation.
    private let context: OpaquePointer

    /// - Parameter key: 32 bytes.
    package init(key: Span<UInt8>) throws(AEADError) {
        unsafe context = try makeContext(key: key, sealing: 0)
    }

    deinit { unsafe obscura_cipher_free(context) }

    /// Decrypts in place: `buffer` is cipher text and a 16-byte tag; afterwards all but its last 16 bytes is plain.
    ///
    /// - Throws: `notAuthentic`; the buffer's text is wiped then.
    package mutating func open(
        _ buffer: inout MutableSpan<UInt8>, nonce: Nonce, additional: Span<UInt8> = Span()
    ) throws(AEADError) {
        guard buffer.count >= 16 else { throw .size(buffer.count) }
        let context = unsafe context
        let done = unsafe buffer.withUnsafeMutableBufferPointer { bytes in
            unsafe nonce.bytes.span.withUnsafeBufferPointer { nonce in
                unsafe additional.withUnsafeBufferPointer { additional in
                    unsafe obscura_cipher_open(
                        context, nonce.baseAddress, additional.baseAddress, additional.count,
                        bytes.baseAddress, bytes.baseAddress, bytes.count - 16)
                }
            }
        }
        guard done == 1 else { throw .notAuthentic }
    }

    /// Decrypts `sealed`, cipher text and a 16-byte tag, into `plain` from `offset` on.
    ///
    /// - Throws: `notAuthentic`; what would have been written is wiped then.
    package mutating func open(
        _ sealed: Span<UInt8>, into plain: inout MutableSpan<UInt8>, at offset: Int, nonce: Nonce
    ) throws(AEADError) {
        guard sealed.count >= 16, offset >= 0, plain.count - offset >= sealed.count - 16 else {
            throw .size(sealed.count)
        }
        let context = unsafe context
        let done = unsafe plain.withUnsafeMutableBufferPointer { plain in
            unsafe nonce.bytes.span.withUnsafeBufferPointer { nonce in
                unsafe sealed.withUnsafeBufferPointer { sealed in
                    let target = unsafe plain.baseAddress.map { unsafe $0 + offset }
                    return unsafe obscura_cipher_open(
                        context, nonce.baseAddress, nil, 0, sealed.baseAddress, target, sealed.count - 16)
                }
            }
        }
        guard done == 1 else { throw .notAuthentic }
    }
}

private func makeContext(key: Span<UInt8>, sealing: CInt) throws(AEADError) -> OpaquePointer {
    guard key.count == 32 else { throw .size(key.count) }
    guard let context = unsafe key.withUnsafeBufferPointer({ unsafe obscura_cipher_new($0.baseAddress, sealing) })
    else { throw .library(.cipher) }
    return unsafe context
}
