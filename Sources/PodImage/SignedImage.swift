import AEAD
import Secp256k1

/// Firmware that the chip would start once it knows the key: its signature is over all of it. Only a signature that was
/// checked makes one.
package struct SignedImage: Sendable {
    /// Whole pages; the first byte lies at the start of flash.
    package let bytes: [UInt8]
    /// x || y of the key that signed it, 64 bytes.
    package let key: [UInt8]
    /// SHA-256 of the key, 32 bytes: what the chip's one-time memory holds of it.
    package let keyDigest: [UInt8]
    /// What it says of its own version.
    package let version: (major: UInt16, minor: UInt16)?

    package init(_ image: FlashImage) throws(SignedImageError) {
        let words = image.words
        let definition = try Self.bootable(ImageBlock.loop(words))
        let (block, signature) = (definition.block, try definition.require(.signature))
        try definition.requireStart(words)
        try definition.requireCover()
        guard words[block.end...].count < FlashImage.page / 4, words[block.end...].allSatisfy({ $0 == 0 }) else {
            throw .rest(at: block.end * 4)
        }
        // The block begins where its load map ends, so what is hashed lies in one piece.
        let hashed = try definition.hashedWords()
        let first = signature.words.startIndex * 4 + 4
        (bytes, key) = (image.bytes, Array(image.bytes[first..<first + 64]))
        version = definition[.version].map { (UInt16($0[1] >> 16), UInt16(truncatingIfNeeded: $0[1])) }
        let digest = try hash(bytes[..<(block.byte + hashed * 4)])
        keyDigest = try hash(key[...])
        try definition.requireHashValue(digest)
        guard try isSigned(digest, image.bytes[first + 64..<first + 128], by: key) else { throw .signature }
    }

    /// The last definition in the loop, which is what the ROM starts.
    ///
    /// The others have to be right as well: it stops at the first that it cannot read, and a secure chip would rather
    /// start one of them if that alone had a signature of its own key.
    private static func bootable(_ blocks: [ImageBlock]) throws(SignedImageError) -> ImageDefinition {
        var definitions: [ImageDefinition] = []
        for block in blocks {
            if let definition = try ImageDefinition.read(block) { definitions.append(definition) }
        }
        guard let last = definitions.popLast() else { throw .missing(.imageType) }
        for definition in definitions where definition[.signature] != nil { throw .signatures }
        return last
    }
}

extension ImageDefinition {
    /// The words of the block under the signature, its header counted: so the ROM and picotool count, though the
    /// datasheet's table says that the header is not.
    fileprivate func hashedWords() throws(SignedImageError) -> Int {
        let hashed = try require(.hashDefinition)[1]
        guard hashed >= wordsToHash, hashed <= block.last - block.place else { throw .hashed(hashed) }
        return Int(hashed)
    }

    /// The ROM of a chip without a key compares it; with one it looks at the signature alone.
    fileprivate func requireHashValue(_ digest: [UInt8]) throws(SignedImageError) {
        guard let value = self[.hashValue] else { return }
        for place in 1..<value.count {
            for byte in 0..<4 where digest[place * 4 - 4 + byte] != UInt8(value[place] >> (8 * byte) & 0xFF) {
                throw .hashValue
            }
        }
    }

    /// Every byte from the start of flash to this block, in order, each where it lies.
    ///
    /// Both forms are taken, since tools write both: addresses relative to the item with a size, and absolute ones with
    /// an end. What would be cleared or copied before the start is refused: the pod's firmware runs where it lies.
    fileprivate func requireCover() throws(SignedImageError) {
        let map = try require(.loadMap)
        let isAbsolute = map.header >> 31 == 1
        let place = FlashImage.start + UInt32(map.words.startIndex * 4)
        let end = FlashImage.start + UInt32(block.byte)
        var next = FlashImage.start
        for entry in stride(from: 1, to: map.count, by: 3) {
            let (storage, runtime, third) = (map[entry], map[entry + 1], map[entry + 2])
            guard storage != 0 else { throw .cleared(runtime) }
            guard runtime == (isAbsolute ? storage : place &+ storage) else { throw .copied(runtime) }
            let size = isAbsolute ? third &- runtime : third
            guard runtime == next, size > 0, size % 4 == 0, size <= end - next else { throw .uncovered(next) }
            next += size
        }
        guard next == end else { throw .uncovered(next) }
    }

    /// Where the chip would begin, and on which stack, is in the image and in its memory.
    fileprivate func requireStart(_ words: [UInt32]) throws(SignedImageError) {
        let program = FlashImage.start..<FlashImage.start + UInt32(block.byte)
        let table = self[.vectorTable]?[1] ?? FlashImage.start
        // 128 bytes: the processor has no lower bits for where its table is (Armv8-M, VTOR).
        guard table % 128 == 0, program.contains(table), program.contains(table + 7) else { throw .vectors(table) }
        let place = Int(table - FlashImage.start) / 4
        let (entry, stack) =
            self[.entryPoint].map { ($0[1], $0[2]) } ?? (words[place + 1], words[place])
        guard entry & 1 == 1, program.contains(entry) else { throw .entry(entry) }
        // 520 KiB of memory.
        guard stack % 8 == 0, stack > 0x2000_0000, stack <= 0x2008_2000 else { throw .stack(stack) }
    }
}

private func hash(_ bytes: ArraySlice<UInt8>) throws(SignedImageError) -> [UInt8] {
    do throws(AEADError) { return try sha256(bytes.span) } catch { throw .library }
}

private func isSigned(
    _ digest: [UInt8], _ signature: ArraySlice<UInt8>, by key: [UInt8]
) throws(SignedImageError) -> Bool {
    do throws(Secp256k1Error) {
        return try verifySecp256k1(digest: digest.span, signature: signature.span, key: key.span)
    } catch .key {
        throw .key
    } catch {
        throw .library
    }
}
