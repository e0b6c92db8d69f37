import PNG
import Scan
import Testing

/// Files in memory.
private func scan(_ files: [(String, [UInt8])]) throws(ScanFault) -> ScanSet {
    try ScanSet(files.map { ($0.0, $0.1.count) }) { name, look throws(ScanFault) in
        for file in files where file.0 == name.description { try look(file.1.span) }
    }
}

private func refusal(_ files: [(String, [UInt8])]) -> ScanFault? {
    do throws(ScanFault) { _ = try scan(files) } catch { return error }
    return nil
}

@Suite struct `The files of a scan` {
    private let mesh = Array("mtllib head.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nusemtl skin\nf 1 2 3\n".utf8)
    private let material = Array("newmtl skin\nmap_Kd head.png\n".utf8)
    private let point = Array(
        "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nend_header\n0 0 0\n"
            .utf8)

    private func picture() throws -> [UInt8] {
        let samples: [UInt8] = [1, 2, 3, 4, 5, 6]
        return try writePNG(samples.span, width: 2, height: 1, channels: 3)
    }

    @Test func `belong together`() throws {
        let whole = try scan([("head.mtl", material), ("head.obj", mesh), ("head.png", try picture())])
        #expect(whole.mesh.description == "head.obj" && whole.facts.faces == 1)
        #expect(whole.others.map(\.description) == ["head.mtl", "head.png"])
        #expect(try scan([("a.PLY", point)]).facts.points == 1)
    }

    @Test func `are refused when one is missing, too many, of another kind or no picture`() throws {
        let png = try picture()
        #expect(refusal([("head.obj", mesh)]) == .missing("head.mtl"))
        #expect(refusal([("head.obj", mesh), ("head.mtl", material)]) == .missing("head.png"))
        #expect(refusal([("head.mtl", material)]) == .meshes(0))
        #expect(refusal([("a.ply", point), ("b.ply", point)]) == .meshes(2))
        #expect(refusal([("a.ply", point), ("head.png", png)]) == .unnamed("head.png"))
        #expect(refusal([("a.ply", point), ("a.exe", [1])]) == .file("a.exe"))
        #expect(refusal([("a.ply", point), ("a.ply", point)]) == .file("a.ply"))
        #expect(refusal([("../a.ply", point)]) == .file("../a.ply"))
        #expect(refusal([("a\u{1B}.ply", point)]) == .file("a?.ply"))
        #expect(refusal([]) == .size(0))
        let other = Array("newmtl cloth\n".utf8)
        #expect(refusal([("head.obj", mesh), ("head.mtl", other)]) == .material("skin"))
        #expect(refusal([("head.obj", mesh), ("head.mtl", material), ("head.png", [1])]) == .texture("head.png"))
        #expect(refusal((0...64).map { ("a\($0).ply", point) }) == .tooMany)
    }

    @Test func `each refusal is one line`() {
        for fault: ScanFault in [
            .truncated, .missing("a.mtl"), .name(line: 3), .texture("a.png"), .trailing(7), .meshes(2),
        ] {
            #expect(!fault.line.isEmpty && !fault.line.contains("\n"))
        }
    }
}
