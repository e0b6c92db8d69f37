import Depth
import Foundation
import Linux
import LockedMemory
import PNG
import Scan
import Testing

@testable import Consent

/// The grant of a shot under a consent with a release.
private func geometryGrant() throws -> GeometryGrant {
    let clinic = Clinic()
    let (policy, lists) = (try clinic.policy(), try clinic.lists())
    let clock = ClockReading(realtime: Clinic.now, boottime: 5000, floor: Clinic.now)
    var (session, ledger) = (ConsentSession(), MemoryLedger())
    try session.open(
        .consent(try clinic.geometryToken()), policy: policy, lists: lists, clock: clock, ledger: ledger)
    let shot = try session.next(
        site: try Site(parsing: "SCT:43067004"), modality: try Modality(parsing: "M3D"), exposures: 1, policy: policy,
        lists: lists, clock: clock, ledger: &ledger)
    return try session.geometry(for: shot)
}

/// Files in memory.
private func scan(
    _ files: [(String, [UInt8])], _ grant: consuming GeometryGrant
) throws(ScanFault) -> ScanSet {
    try ScanSet(files.map { ($0.0, $0.1.count) }, under: grant) { name, look throws(ScanFault) in
        for file in files where file.0 == name.description { try look(file.1.span) }
    }
}

private func refusal(_ files: [(String, [UInt8])]) throws -> ScanFault? {
    let grant = try geometryGrant()
    do throws(ScanFault) { _ = try scan(files, grant) } catch { return error }
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
        let files = [("head.mtl", material), ("head.obj", mesh), ("head.png", try picture())]
        let whole = try scan(files, try geometryGrant())
        #expect(whole.mesh.description == "head.obj" && whole.facts.faces == 1)
        #expect(whole.others.map(\.description) == ["head.mtl", "head.png"])
        #expect(whole.exposure.modality.description == "M3D")
        let cloud = try scan([("a.PLY", point)], try geometryGrant())
        #expect(cloud.facts.points == 1 && cloud.others == [])
    }

    @Test func `are refused when one is missing, too many, of another kind or no picture`() throws {
        let (obj, mtl, png) = (("head.obj", mesh), ("head.mtl", material), ("head.png", try picture()))
        let ply = ("a.ply", point)
        #expect(try refusal([obj]) == .missing("head.mtl"))
        #expect(try refusal([obj, mtl]) == .missing("head.png"))
        #expect(try refusal([mtl]) == .meshes(0))
        #expect(try refusal([ply, ("b.ply", point)]) == .meshes(2))
        #expect(try refusal([ply, png]) == .unnamed("head.png"))
        #expect(try refusal([ply, ("a.exe", [1])]) == .file("a.exe"))
        #expect(try refusal([ply, ply]) == .file("a.ply"))
        #expect(try refusal([("../a.ply", point)]) == .file("../a.ply"))
        #expect(try refusal([("a\u{1B}.ply", point)]) == .file("a?.ply"))
        #expect(try refusal([]) == .size(0))
        #expect(try refusal([obj, ("head.mtl", Array("newmtl cloth\n".utf8))]) == .material("skin"))
        #expect(try refusal([obj, mtl, ("head.png", [1])]) == .texture("head.png"))
        #expect(try refusal((0...64).map { ("a\($0).ply", point) }) == .tooMany)
    }

    @Test func `are refused in one line each`() {
        let faults: [ScanFault] = [.truncated, .missing("a.mtl"), .name(line: 3), .texture("a.png"), .meshes(2)]
        for fault in faults { #expect(!fault.line.isEmpty && !fault.line.contains("\n")) }
    }
}

/// A scanner's folder, gone afterwards.
private func withDrop(_ body: (_ folder: borrowing Folder, _ drop: borrowing ScanDrop, _ path: String) throws -> Void)
    throws
{
    let url = FileManager.default.temporaryDirectory.appending(path: "obscura-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(try Folder(path: url.path), try ScanDrop(path: url.path), url.path)
}

@Suite struct `A scanner's folder` {
    private let point = Array(
        "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nend_header\n0 0 0\n"
            .utf8)

    @Test func `is read whole into locked memory, and cleared`() throws {
        try withDrop { folder, drop, _ in
            let mesh = Array("mtllib b.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n".utf8)
            let material = Array("newmtl skin\n".utf8)
            try folder.put(mesh, as: "a.obj")
            try folder.put(material, as: "b.mtl")
            #expect(try drop.fill().files == 2 && drop.fill().bytes == Int64(mesh.count + material.count))
            var held = try drop.take(under: try geometryGrant())
            #expect(held.set.facts.points == 3 && held.names == ["a.obj", "b.mtl"])
            var files: [String: [UInt8]] = [:]
            while let file = try held.takeNext() {
                let (name, recipient) = (file.name.description, file.recipient)
                let bytes = file.takeBytes()
                files[name] = bytes.span.indices.map { bytes.span[$0] }
                #expect(recipient == held.set.exposure.sealTo)
            }
            #expect(files == ["a.obj": mesh, "b.mtl": material])
            // What came meanwhile is not what was taken.
            try folder.put(material, as: "c.mtl")
            let removed = drop.remove(held.names + ["gone"])
            #expect(removed.fill.files == 2 && removed.fault == nil)
            #expect(try drop.names() == ["c.mtl"])
            #expect(drop.clear().fill.files == 1)
            #expect(try drop.names() == [])
            #expect(throws: ScanFault.size(0)) { _ = try drop.take(under: try geometryGrant()) }
        }
    }

    @Test func `gives nothing for links, pipes, folders and empty files`() throws {
        let other = FileManager.default.temporaryDirectory.appending(path: "obscura-\(UUID().uuidString)")
        try Data(point).write(to: other)
        defer { try? FileManager.default.removeItem(at: other) }
        try withDrop { folder, drop, path in
            try FileManager.default.createSymbolicLink(atPath: "\(path)/a.ply", withDestinationPath: other.path)
            #expect(throws: ScanFault.folder("openat", ELOOP)) { _ = try drop.take(under: try geometryGrant()) }
            _ = drop.clear()
            #expect(FileManager.default.fileExists(atPath: other.path))
            try folder.put([], as: "a.ply")
            #expect(throws: ScanFault.size(0)) { _ = try drop.take(under: try geometryGrant()) }
            _ = drop.clear()
            try folder.makeFolder("a.ply", mode: 0o700)
            try folder.put(point, as: "b.ply")
            #expect(throws: ScanFault.folder("read", EINVAL)) { _ = try drop.take(under: try geometryGrant()) }
            let cleared = drop.clear()
            #expect(cleared.fault == .folder("unlinkat", EISDIR) && cleared.fill.files == 1)
        }
    }
}

@Suite struct `Depth under a grant for geometry` {
    @Test func `is kept whole, and says under which consent`() throws {
        let shape = try DepthShape(width: 40, height: 30, bytesPerLine: 80)
        let counts = (0..<2400).map { UInt8($0 % 2 == 0 ? $0 / 80 : 3) }
        let camera = try Intrinsics(width: 40, height: 30, focal: SIMD2(40, 40), centre: SIMD2(20, 15))
        let calibration = try Calibration(
            unit: 0.001, range: 0.1...4, bound: 1,
            alignment: .aligned(
                depth: camera, colour: camera,
                try Placement(rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, 0])))
        let frame = try DepthFrame(shape, takenAt: 9, try LockedBytes(copying: counts.span))
        let whole = WholeDepth(frame, under: try geometryGrant())
        #expect(whole.exposure.subject?.handle == "pt_7Q2K9M4T" && whole.takenAt == 9)
        #expect(counts.indices.allSatisfy { whole.bytes.span[$0] == counts[$0] })
        let cloud = try whole.pointCloud(calibration)
        #expect(try MeshFacts(ply: cloud.span).points == 1200)
    }
}
