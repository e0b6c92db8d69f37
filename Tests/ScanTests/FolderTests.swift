import Linux
import Testing

@testable import Scan

private func fault(inMemory: Bool = true, size: Int64 = 512 << 20, confined: Bool = true) -> ScanFault? {
    do throws(ScanFault) {
        try ScanDrop.check(FileSystem(isInMemory: inMemory, size: size, free: 0, isConfined: confined))
        return nil
    } catch { return error }
}

@Suite struct `A folder for scans` {
    @Test func `lies in memory, has a limit and holds nothing that runs`() {
        #expect(fault() == nil)
        #expect(fault(inMemory: false) == .onDisk)
        #expect(fault(size: 0) == .unlimited)
        #expect(fault(size: ScanBounds.folderBytes + 1) == .unlimited)
        #expect(fault(confined: false) == .unconfined)
    }

    @Test func `tells a tmpfs from what is none`() throws {
        #expect(try Folder(path: "/dev/shm").fileSystem().isInMemory)
        #expect(try Folder(path: "/proc").fileSystem().isInMemory == false)
        #expect(try Folder(path: "/dev/shm").fileSystem().size > 0)
    }

    @Test(arguments: [
        ("a.OBJ", "model/obj", "scan-mesh"), ("a.stl", "model/stl", "scan-mesh"), ("a.ply", "model/ply", "scan-mesh"),
        ("a.mtl", "model/mtl", "scan-material"), ("a.jpeg", "image/jpeg", "scan-texture"),
        ("a.png", "image/png", "scan-texture"),
    ]) func `names what each file is`(name: String, media: String, role: String) throws {
        let name = try #require(ScanName(parsing: name))
        #expect(name.media == media && name.role == role)
    }
}
