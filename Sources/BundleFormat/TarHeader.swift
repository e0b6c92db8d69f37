/// The one form of a POSIX ustar header (IEEE 1003.1, pax, ustar interchange format) that a bundle contains.
package enum TarHeader {
    package static let block = 512

    /// 512 bytes: a regular file, mode 0644, no owner, no time.
    package static func encode(_ path: EntryPath, size: Int) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: block)
        func put(_ text: String, at offset: Int) {
            for (place, byte) in text.utf8.enumerated() { header[offset + place] = byte }
        }
        put(path.description, at: 0)
        put("0000644", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        put(octal(size, 11), at: 124)
        put(octal(0, 11), at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put("0000000", at: 329)
        put("0000000", at: 337)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\0 ", at: 148)
        return header
    }

    /// Name and size; everything else must be as `encode` writes it.
    ///
    /// - Parameter offset: where the header stands, for the error.
    package static func decode(_ header: [UInt8], offset: Int) throws(BundleError) -> (path: EntryPath, size: Int) {
        precondition(header.count == block)
        let name = header[..<100].prefix { $0 != 0 }
        guard !name.isEmpty, name.allSatisfy({ (0x21...0x7e).contains($0) }) else { throw .tar(offset: offset) }
        let path = try EntryPath(parsing: String(decoding: name, as: UTF8.self))
        guard let size = Int(String(decoding: header[124..<135], as: UTF8.self), radix: 8), size >= 0,
            encode(path, size: size) == header
        else { throw .tar(offset: offset) }
        guard size <= path.longest else { throw .tooLarge(path, size) }
        return (path, size)
    }

    /// The zero bytes after an entry of this size.
    package static func padding(after size: Int) -> Int { (block - size % block) % block }

    private static func octal(_ number: Int, _ width: Int) -> String {
        let digits = String(number, radix: 8)
        return String(repeating: "0", count: width - digits.utf8.count) + digits
    }
}
