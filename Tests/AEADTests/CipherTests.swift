import AEAD
import Testing

private func hex(_ text: String) -> [UInt8] {
    let digits = Array(text.filter { !$0.isWhitespace })
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16)! }
}

private func pattern(_ count: Int) -> [UInt8] {
    var state: UInt32 = 7
    return (0..<count).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(truncatingIfNeeded: state >> 24)
    }
}

private func same(_ one: [UInt8], _ other: [UInt8]) -> Bool { equalInConstantTime(one.span, other.span) }

private func check(_ signature: [UInt8], of message: [UInt8], key: [UInt8]) -> SignatureCheck {
    checkP256(signature: signature.span, of: message.span, key: key.span)
}

private func digest(_ bytes: [UInt8]) throws -> [UInt8] { try sha256(bytes.span) }

private let key = Array(UInt8(0x80)...0x9f)

/// The chunks one by one, each with a fresh cipher: what a stream has to come to.
private func chunkwise(_ plain: [UInt8]) throws -> [UInt8] {
    var sealed: [UInt8] = []
    let count = max(1, (plain.count + 65535) / 65536)
    for index in 0..<count {
        var chunk = Array(plain.dropFirst(index * 65536).prefix(65536)) + [UInt8](repeating: 0, count: 16)
        var span = chunk.mutableSpan
        var cipher = try SealingCipher(key: key.span)
        try cipher.seal(&span, nonce: Nonce(chunk: UInt64(index), last: index == count - 1))
        sealed += chunk
    }
    return sealed
}

@Suite struct `ChaCha20-Poly1305` {
    @Test func `agrees with RFC 8439, section 2.8.2`() throws {
        let text =
            "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
            + "sunscreen would be it."
        let additional = hex("50515253c0c1c2c3c4c5c6c7")
        let nonce = try Nonce(copying: hex("070000004041424344454647").span)
        var buffer = Array(text.utf8) + [UInt8](repeating: 0, count: 16)
        var cipher = try SealingCipher(key: key.span)
        var span = buffer.mutableSpan
        try cipher.seal(&span, nonce: nonce, additional: additional.span)
        #expect(buffer.prefix(16) == hex("d31a8d34648e60db7b86afbc53ef7ec2")[...])
        #expect(buffer.suffix(16) == hex("1ae10b594f09e26a7e902ecbd0600691")[...])

        var opener = try OpeningCipher(key: key.span)
        var sealed = buffer.mutableSpan
        try opener.open(&sealed, nonce: nonce, additional: additional.span)
        #expect(buffer.dropLast(16) == Array(text.utf8)[...])
    }

    @Test(arguments: [0, 5, 20]) func `wipes what does not authenticate`(flipped: Int) throws {
        var buffer = [UInt8](repeating: 0x41, count: 5) + [UInt8](repeating: 0, count: 16)
        var cipher = try SealingCipher(key: key.span)
        var span = buffer.mutableSpan
        try cipher.seal(&span, nonce: Nonce(counter: 1))
        buffer[flipped] ^= 1
        var opener = try OpeningCipher(key: key.span)
        #expect(throws: AEADError.notAuthentic) {
            var sealed = buffer.mutableSpan
            try opener.open(&sealed, nonce: Nonce(counter: 1))
        }
        #expect(buffer.prefix(5) == [0, 0, 0, 0, 0])
    }

    @Test(arguments: [0, 1, 65535, 65536, 65537, 131_072, 1 << 20, (1 << 20) + 12345, 3_000_001])
    func `seals a stream as it seals its chunks, and hashes it`(count: Int) throws {
        let plain = pattern(count)
        var buffer = [UInt8](repeating: 0xee, count: SealingCipher.overhead(of: count)) + plain
        var cipher = try SealingCipher(key: key.span)
        var one = try SHA256Stream()
        var two = try SHA256Stream()
        var three = try SHA256Stream()
        try three.update([1, 2, 3].span)
        var span = buffer.mutableSpan
        try cipher.sealStream(&span, count: count, plain: &one, entry: &two, file: &three)
        #expect(try buffer == chunkwise(plain))
        let digests = [try one.finish(), try two.finish(), try three.finish()]
        #expect(try digests == [digest(plain), digest(buffer), digest([1, 2, 3] + buffer)])
    }

    @Test func `refuses keys and nonces of the wrong size`() {
        #expect(throws: AEADError.size(31)) {
            let short = Array(key.dropLast())
            _ = try SealingCipher(key: short.span)
        }
        #expect(throws: AEADError.size(11)) { try Nonce(copying: [UInt8](repeating: 0, count: 11).span) }
    }
}

@Suite struct `Hashes and derived keys` {
    @Test func `agree with FIPS 180-4, RFC 4231 and RFC 5869`() throws {
        #expect(
            try digest(Array("abc".utf8))
                == hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
        let message = Array("what do ya want for nothing?".utf8)
        let mac = try hmacSHA256(key: Array("Jefe".utf8).span, message.span)
        #expect(mac == hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"))
        var output = [UInt8](repeating: 0, count: 42)
        var span = output.mutableSpan
        try deriveKey(from: [UInt8](repeating: 0x0b, count: 22).span, info: "", into: &span)
        #expect(
            output
                == hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"))
    }

    @Test func `compare whole values`() {
        #expect(same([1, 2], [1, 2]))
        #expect(!same([1, 2], [1, 3]))
        #expect(!same([1, 2], [1, 2, 0]))
    }

    @Test func `draw different random bytes`() throws {
        #expect(try randomBytes(32) != randomBytes(32))
    }
}

@Suite struct `A P-256 signature` {
    // RFC 6979, section A.2.5, message "sample" with SHA-256.
    private let spki = hex(
        """
        3059301306072a8648ce3d020106082a8648ce3d0301070342000460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60
        F29FB67903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299
        """)
    private let signature = hex(
        """
        3046022100EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716022100F7CB1C942D657C41D436C7A1B6E29F65
        F3E900DBB9AFF4064DC4AB2F843ACDA8
        """)
    private let message = Array("sample".utf8)

    @Test func `is valid for its own message and key only`() {
        #expect(check(signature, of: message, key: spki) == .valid)
        #expect(check(signature, of: Array("simple".utf8), key: spki) == .invalid)
        var altered = signature
        altered[10] ^= 1
        #expect(check(altered, of: message, key: spki) == .invalid)
    }

    @Test func `is refused with bytes after it, and with a key that is none`() {
        #expect(check((signature + [0]), of: message, key: spki) == .invalid)
        #expect(check(signature, of: message, key: (spki + [0])) == .unusableKey)
        #expect(check(signature, of: message, key: [UInt8]()) == .unusableKey)
        var offCurve = spki
        offCurve[90] ^= 1
        #expect(check(signature, of: message, key: offCurve) == .unusableKey)
    }
}
