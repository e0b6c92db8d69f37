import AEAD
import Age
import BundleFormat
import Foundation
import LockedMemory
import Open
@testable import Seal
import Testing

@Suite struct `A sealed bundle` {
    @Test func `knows its own digest and size, and verifies`() throws {
        let fixture = try Fixture()
        let facts = try fixture.facts()
        let bundle = try fixture.bundle([[1, 2, 3], [UInt8](repeating: 7, count: 1_200_000)], facts: facts)
        let all = bytes(of: bundle)
        #expect(bundle.size == all.count)
        #expect(try bundle.digest == Digest.of(all))
        let scan = try BundleScan.read(all.span)
        #expect(scan.digest == bundle.digest)
        #expect(try bundle.manifestDigest == scan.manifest.digest())
        let verified = try scan.verified(by: fixture.key, after: .start)
        #expect(verified.checks.map(\.subject) == [.layout, .chain, .stationKey, .signature, .entries])
        #expect(verified.checks.allSatisfy { $0.outcome == .passed })
    }

    @Test func `names the recipients' digest whatever their order`() throws {
        let fixture = try Fixture()
        let other = try Recipient(try Identity.generate().recipient!)
        let bundle = try fixture.bundle([[1]], facts: try fixture.facts(), others: [other])
        let one = try fixture.recipient().text
        #expect(try bundle.manifest.recipients == RecipientText.digest(of: [other.text, one, one]))
        #expect(bundle.manifest.entries.count == 4)
    }

    @Test func `is not made with a signature that is not the station's`() throws {
        let fixture = try Fixture()
        let stranger = try Fixture()
        let mix = try KeyMix.random()
        let facts = try fixture.facts()
        var writer = try BundleWriter(facts, key: fixture.key)
        let asset = try writer.add(
            try LockedBytes(copying: [1].span), to: [try fixture.recipient()], mix: mix)
        let prepared = try writer.prepare(
            index: try fixture.index(facts, [asset]), to: try fixture.recipient(), mix: mix)
        let signature = try stranger.sign(prepared.manifestText)
        do {
            _ = try prepared.finish(signature: signature).size
            Issue.record("a stranger's signature was taken")
        } catch { #expect(error == .wrongSignature) }
    }

    @Test func `seals the same bytes differently every time, with the same mix`() throws {
        let fixture = try Fixture()
        let mix = try KeyMix(try LockedBytes(count: 32))
        let one = try SealedFile(try LockedBytes(copying: [1, 2, 3].span), to: [try fixture.recipient()], mix: mix)
        let two = try SealedFile(try LockedBytes(copying: [1, 2, 3].span), to: [try fixture.recipient()], mix: mix)
        #expect(one.bytes.suffix(19) != two.bytes.suffix(19))
        #expect(try AgeFile.open(one.bytes.span, identities: [fixture.identity]) == [1, 2, 3])
    }

    @Test(arguments: [1, 65536, 3 << 20])
    func `says the digests of an entry before, after and within its bundle`(count: Int) throws {
        let fixture = try Fixture()
        let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        var bundle = try SHA256Stream()
        let entry = try SealedEntry(
            try LockedBytes(copying: plain.span), to: [try fixture.recipient()], mix: try KeyMix.random(),
            within: &bundle)
        #expect(try entry.plain == Digest.of(plain))
        #expect(try entry.digest == Digest.of(entry.file.bytes))
        #expect(try Digest(bundle.finish()) == entry.digest)
        #expect(try AgeFile.open(entry.file.bytes.span, identities: [fixture.identity]) == plain)
    }

    @Test func `wants 32 bytes of mix, an asset and a recipient`() throws {
        let fixture = try Fixture()
        let mix = try KeyMix.random()
        let recipient = try fixture.recipient()
        #expect(throws: SealError.mixSize(31)) { _ = try KeyMix(try LockedBytes(count: 31)).self }
        #expect(throws: SealError.noRecipient) {
            _ = try SealedFile(try LockedBytes(count: 1), to: [], mix: mix).size
        }
        #expect(throws: SealError.assetSize(0)) {
            var writer = try BundleWriter(try fixture.facts(), key: fixture.key)
            _ = try writer.add(try LockedBytes(count: 0), to: [recipient], mix: mix)
        }
        #expect(throws: SealError.noAssets) {
            let writer = try BundleWriter(try fixture.facts(), key: fixture.key)
            _ = try writer.prepare(index: try LockedBytes(count: 1), to: recipient, mix: mix).manifest
        }
    }

    @Test func `opens with stock tools`() throws {
        let fixture = try Fixture()
        let assets = [Array("picture".utf8), [UInt8](repeating: 7, count: 70_000)]
        let bundle = try fixture.bundle(assets, facts: try fixture.facts())
        let folder = FileManager.default.temporaryDirectory.appending(path: "obscura-\(try BundleID.random())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(bytes(of: bundle)).write(to: folder.appending(path: "\(bundle.name).obs"))
        try Data(bundle.digestLine).write(to: folder.appending(path: "digest"))
        try Data(fixture.key.pem).write(to: folder.appending(path: "known.pem"))
        try Data("\(fixture.identity.secretText)\n".utf8).write(to: folder.appending(path: "identity"))
        let script = """
            set -e
            sha256sum -c --strict digest
            tar xf *.obs
            cmp station.pem known.pem
            openssl dgst -sha256 -verify known.pem -signature manifest.sig manifest.txt
            sed -n '/^[0-9a-f]\\{64\\}  /p' manifest.txt | sha256sum -c --strict
            if age-keygen --help 2>&1 | grep -q -e -pq; then
                test "$(age -d -i identity a/000001.age)" = picture
            fi
            """
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", script]
        shell.currentDirectoryURL = folder
        shell.standardOutput = FileHandle.nullDevice
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0)
    }
}
