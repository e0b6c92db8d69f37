import Foundation
import Seeded
import Testing

@testable import PodImage

@Suite struct `Ten thousand changed images` {
    @Test func `are none that was signed`() throws {
        var changes = Seeded(state: 20_261_122)
        let whole = try Vector.image()
        var doors: [String: Int] = [:]
        for _ in 0..<5_000 {
            var bytes = whole.bytes
            for _ in 0...changes.below(3) {
                // Half of them where the metadata is.
                let place = changes.below(2) == 0 ? changes.below(bytes.count) : 2048 + changes.below(204)
                bytes[place] = UInt8(changes.below(256))
            }
            let error = refusal(FlashImage(pages: bytes))
            #expect(error != nil || bytes == whole.bytes)
            doors[error.map { String("\($0)".prefix(12)) } ?? "", default: 0] += 1
        }
        // A test in which all fell at the first door would prove nothing.
        #expect(doors.count > 12 && doors["its signatur", default: 0] > 500)
    }

    @Test func `are none as files either`() throws {
        var changes = Seeded(state: 20_261_123)
        let whole = try Vector.image()
        var read = 0
        for _ in 0..<5_000 {
            var file = Vector.file
            for _ in 0...changes.below(3) {
                switch changes.below(8) {
                case 0: file.removeLast(changes.below(file.count))
                case 1: file.insert(UInt8(changes.below(256)), at: changes.below(file.count + 1))
                case 2: file += file.prefix(512 * changes.below(10))
                default: if !file.isEmpty { file[changes.below(file.count)] = UInt8(changes.below(256)) }
                }
            }
            guard let image = try? FlashImage(parsing: file) else { continue }
            read += 1
            #expect(refusal(image) != nil || image == whole)
        }
        #expect(read > 500)
    }
}

@Suite struct `The pod's own tools` {
    private let device = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Firmware/Device")

    @Test func `make what the station takes`() throws {
        let signer = try Signer()
        let paths = ["plain", "signed", "file"].map { signer.folder.appending(path: $0).path }
        let (plain, signed, file) = (paths[0], paths[1], paths[2])
        try Data(Draft().image.bytes).write(to: URL(filePath: plain))
        let said = try signer.run("\(device.path)/sign", plain, signer.key, signed, "--version", "65535.0")
        try signer.run("\(device.path)/uf2", "rp2350", signed, file)
        let image = try SignedImage(FlashImage(parsing: [UInt8](Data(contentsOf: URL(filePath: file)))))
        #expect(image.version?.major == 65_535 && image.version?.minor == 0)
        #expect(try image.key == signer.publicKey())
        // The operator holds the digest against the station's.
        #expect(String(decoding: said, as: UTF8.self).contains(hexadecimal(image.keyDigest)))
        #expect(throws: Signer.Refused.self) { try signer.run("\(device.path)/sign", signed, signer.key, file) }
    }
}
