import Consent
import JPEG
import PNG

/// All files of one export that belong together, each looked at, none of which names anything outside. A scan of a head
/// has no masked form: only a grant for geometry makes one.
package struct ScanSet: ~Copyable, Sendable {
    package let exposure: Exposure
    /// The mesh, and what it has.
    package let mesh: ScanName
    package let facts: MeshFacts
    /// Materials and textures.
    package let others: [ScanName]

    /// Looks at one file after the other; `read` lends its bytes.
    ///
    /// - Parameter files: names and sizes in bytes, as the folder lists them.
    package init(
        _ files: [(name: String, count: Int)], under grant: consuming GeometryGrant,
        read: (ScanName, (Span<UInt8>) throws(ScanFault) -> Void) throws(ScanFault) -> Void
    ) throws(ScanFault) {
        guard files.count <= ScanBounds.names else { throw .tooMany }
        let total = files.reduce(0) { $0 + min($1.count, ScanBounds.bytes) }
        guard (1...ScanBounds.bytes).contains(total) else { throw .size(total) }
        var names: [ScanName] = []
        for file in files {
            guard let name = ScanName(parsing: file.name), Self.endings.contains(name.ending), !names.contains(name)
            else { throw .file(printable(file.name)) }
            names.append(name)
        }
        let meshes = names.filter { ["obj", "stl", "ply"].contains($0.ending) }
        guard let mesh = meshes.first, meshes.count == 1 else { throw .meshes(meshes.count) }
        var found = MeshFacts()
        try read(mesh) { bytes throws(ScanFault) in
            switch mesh.ending {
            case "obj": found = try MeshFacts(obj: bytes)
            case "stl": found = try MeshFacts(stl: bytes)
            default: found = try MeshFacts(ply: bytes)
            }
        }
        var named: Set<ScanName> = [mesh]
        try Self.follow(found, mesh, names, &named, read)
        for name in names where !named.contains(name) { throw .unnamed(name.description) }
        exposure = grant.exposure
        self.mesh = mesh
        facts = found
        others = names.filter { $0 != mesh }
    }

    private static let endings: Set<String> = ["obj", "mtl", "stl", "ply", "jpg", "jpeg", "png"]

    /// From the mesh to its materials and their textures.
    private static func follow(
        _ facts: MeshFacts, _ mesh: ScanName, _ names: [ScanName], _ named: inout Set<ScanName>,
        _ read: (ScanName, (Span<UInt8>) throws(ScanFault) -> Void) throws(ScanFault) -> Void
    ) throws(ScanFault) {
        var textures: [ScanName] = []
        var materials: Set<[UInt8]> = []
        for file in facts.files {
            guard names.contains(file) else { throw .missing(file.description) }
            named.insert(file)
            guard mesh.ending == "obj" else {
                textures.append(file)
                continue
            }
            guard file.ending == "mtl" else { throw .file(file.description) }
            try read(file) { bytes throws(ScanFault) in
                let found = try MaterialFacts(mtl: bytes)
                materials.formUnion(found.names)
                textures += found.files
            }
        }
        for material in facts.materials where !materials.contains(material) {
            throw .material(printable(String(decoding: material, as: UTF8.self)))
        }
        for texture in Set(textures).sorted(by: { $0.description < $1.description }) {
            guard names.contains(texture) else { throw .missing(texture.description) }
            named.insert(texture)
            try read(texture) { bytes throws(ScanFault) in try checkTexture(texture, bytes) }
        }
    }

    private static func checkTexture(_ name: ScanName, _ bytes: Span<UInt8>) throws(ScanFault) {
        switch name.ending {
        case "jpg", "jpeg": do { _ = try JPEGHeader(parsing: bytes) } catch { throw .texture(name.description) }
        case "png": do { _ = try PNGShape(parsing: bytes) } catch { throw .texture(name.description) }
        default: throw .texture(name.description)
        }
    }
}

/// What a person may read of a foreign name.
func printable(_ text: String) -> String {
    String(decoding: text.utf8.prefix(96).map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
}
