import Foundation
import Testing

@testable import PodImage

/// A key on secp256k1 in a folder of its own, which openssl reads; both are gone afterwards.
final class Signer {
    let folder: URL
    var key: String { folder.appending(path: "key.pem").path }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "pod-image-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        try run("openssl", "ecparam", "-name", "secp256k1", "-genkey", "-noout", "-out", key)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// What the program wrote, or why it ended.
    @discardableResult func run(_ words: String...) throws -> Data {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Refused(said: String(decoding: said, as: UTF8.self)) }
        return said
    }

    struct Refused: Error { let said: String }

    /// x || y.
    func publicKey() throws -> [UInt8] {
        [UInt8](try run("openssl", "pkey", "-in", key, "-pubout", "-outform", "DER").suffix(64))
    }

    /// r || s over SHA-256 of the bytes.
    func signature(_ bytes: [UInt8]) throws -> [UInt8] {
        let file = folder.appending(path: "data")
        try Data(bytes).write(to: file)
        let der = [UInt8](try run("openssl", "dgst", "-sha256", "-sign", key, file.path))
        let first = der[4..<4 + Int(der[3])]
        return [first, der[(first.endIndex + 2)...]].flatMap { number in
            let digits = number.drop { $0 == 0 }
            return [UInt8](repeating: 0, count: 32 - digits.count) + digits
        }
    }

    /// The draft with a signature's block behind it, signed over all before the block and the words that it says.
    ///
    /// - Parameter digest: words of HASH_VALUE to put behind the signature.
    func signed(
        _ draft: Draft, _ form: Form = Form(), behind before: Int = Vector.first, digest count: Int = 0
    ) throws -> FlashImage {
        let place = draft.words.count
        var form = form
        if count > 0 { form.tail = [UInt32(count + 1) << 8 | 0x4B] + [UInt32](repeating: 0, count: count) }
        var whole = draft
        whole.add(form.unsigned(at: place), behind: before)
        let items = form.items(at: place)
        let hashed = whole.image.bytes.prefix((place + 1 + items.count - form.late.count + form.more) * 4)
        let last = place + 1 + items.count
        for (number, word) in words(try publicKey() + signature(Array(hashed))).enumerated() {
            whole[last + 1 + number] = word
        }
        if count > 0 {
            let file = folder.appending(path: "data").path
            let digest = [UInt8](try run("openssl", "dgst", "-sha256", "-binary", file))
            for number in 0..<count { whole[last + 34 + number] = words(digest)[number] }
        }
        return whole.image
    }

    private func words(_ bytes: [UInt8]) -> [UInt32] {
        stride(from: 0, to: bytes.count, by: 4).map { place in
            (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * $1) }
        }
    }
}
