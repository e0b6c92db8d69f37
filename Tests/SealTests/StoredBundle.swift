import BundleFormat
import Foundation
import Testing

/// Writes Tests/Vectors/bundle anew into the folder that OBSCURA_WRITE_BUNDLE_VECTOR names. The format's wrapping is
/// randomised, so the stored bundle is kept, not rebuilt; everything in it that can be fixed is fixed here.
private let target = ProcessInfo.processInfo.environment["OBSCURA_WRITE_BUNDLE_VECTOR"]

@Suite(.enabled(if: target != nil)) struct `The stored bundle` {
    @Test func `is written on request`() throws {
        let folder = URL(filePath: target!)
        let fixture = try Fixture()
        var facts = try fixture.facts()
        facts.bundle = BundleID(bits: 0x4f62_7363_7572_6120_7665_6374_6f72_2031)
        let assets = [Array("first asset\n".utf8), (0..<70_000).map { UInt8(truncatingIfNeeded: $0 * 7 >> 3) }]
        let bundle = try fixture.bundle(assets, facts: facts)
        try Data(bytes(of: bundle)).write(to: folder.appending(path: "\(bundle.name).obs"))
        try Data(bundle.digestLine).write(to: folder.appending(path: "\(bundle.name).sha256"))
        try Data(fixture.key.pem).write(to: folder.appending(path: "station.pem"))
        try Data("\(fixture.identity.secretText)\n".utf8).write(to: folder.appending(path: "identity.txt"))
    }
}
