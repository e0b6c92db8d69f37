import Secp256k1
import Testing

@Suite struct `A signature on secp256k1` {
    private static let key = bytes(
        "35f23de297eab0cfc3d466268f72d1c134d35b848d93114f0ecb380814a74af1"
            + "1e11dadcc528747330c51a73b20142afc8861738c2005f4181b4839fa6a6d3d5")
    private static let digest = bytes("aae02129362d611717b6c00ad8d73bf820a0f6d88fca8e515cafe78d3a335965")
    private static let r = "002150e04504bb940af3a3017981f571174ae343cc5a7b4b4b71afde5b943a27"
    private static let s = "28f34f637abf3799957edf082b4e15a56749f595a5d098c646e1c2f45120a0b8"
    /// The order of the curve less s: as good a signature, which the chip takes too.
    private static let other = "d70cb09c8540c8666a8120f7d4b1ea595364e7510978077578f09b987f15a089"
    private static let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
    private static let zero = String(repeating: "0", count: 64)

    private static func bytes(_ text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private func isValid(
        _ signature: String, digest: [UInt8] = digest, key: [UInt8] = key
    ) throws(Secp256k1Error) -> Bool {
        try verifySecp256k1(digest: digest.span, signature: Self.bytes(signature).span, key: key.span)
    }

    /// Both halves with leading zeros, which DER leaves out.
    @Test func `is valid over its digest alone`() throws {
        #expect(try isValid(Self.r + Self.s))
        #expect(try isValid(Self.r + Self.other))
        let short = Self.bytes("a4c6af0cb6f02dff01ba174e4cf11f24f73d9ed16ca7a1e3c9d831c0139faa5c")
        #expect(
            try isValid(
                "aa67b107ed9641d9603ae938e8c1986076fdb4ef75f54fe42303e12b3a41497d"
                    + "006480fde9a55841a0c73485718347f4461717d528e134cdcf95b31acae86b13", digest: short))
        #expect(try !isValid(Self.r + Self.s, digest: short))
        for place in 0..<32 {
            var digest = Self.digest
            digest[place] ^= 1
            #expect(try !isValid(Self.r + Self.s, digest: digest))
        }
    }

    @Test func `is not valid with numbers that it cannot have`() throws {
        for (r, s) in [
            (Self.zero, Self.s), (Self.r, Self.zero), (Self.zero, Self.zero), (Self.order, Self.s),
            (Self.r, Self.order), (Self.s, Self.r), (String(repeating: "f", count: 64), Self.s),
        ] { #expect(try !isValid(r + s)) }
    }

    @Test func `needs a point of the curve`() {
        for place in stride(from: 0, to: 64, by: 3) {
            var key = Self.key
            key[place] ^= 1
            #expect(throws: Secp256k1Error.key) { try isValid(Self.r + Self.s, key: key) }
        }
        for byte: UInt8 in [0, 0xFF] {
            let key = [UInt8](repeating: byte, count: 64)
            #expect(throws: Secp256k1Error.key) { try isValid(Self.r + Self.s, key: key) }
        }
    }

    @Test func `is 64 bytes under a key of 64 over 32`() {
        #expect(throws: Secp256k1Error.size(63)) { try isValid(String((Self.r + Self.s).dropLast(2))) }
        #expect(throws: Secp256k1Error.size(31)) { try isValid(Self.r + Self.s, digest: Array(Self.digest.dropLast())) }
        #expect(throws: Secp256k1Error.size(65)) { try isValid(Self.r + Self.s, key: [4] + Self.key) }
    }
}
