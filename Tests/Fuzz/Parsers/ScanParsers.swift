import ForeignPictures
import Scan

extension ForeignParser {
    static let scans = [
        ForeignParser("obj") { bytes in mesh(bytes) { bytes throws(ScanFault) in try MeshFacts(obj: bytes) } },
        ForeignParser("stl") { bytes in mesh(bytes) { bytes throws(ScanFault) in try MeshFacts(stl: bytes) } },
        ForeignParser("ply") { bytes in mesh(bytes) { bytes throws(ScanFault) in try MeshFacts(ply: bytes) } },
        ForeignParser("mtl") { bytes in
            guard let facts = try? MaterialFacts(mtl: bytes.span) else { return false }
            precondition(facts.files.allSatisfy(isPlain), "a name that leads elsewhere")
            return !facts.names.isEmpty
        },
    ]

    /// Refused, or a mesh that its bytes have room for and that names nothing outside.
    private static func mesh(
        _ bytes: [UInt8], _ read: (Span<UInt8>) throws(ScanFault) -> MeshFacts
    ) -> Bool {
        guard let facts = try? read(bytes.span) else { return false }
        precondition(facts.points > 0 && facts.points + facts.faces <= bytes.count, "more than its bytes have room for")
        precondition(facts.files.allSatisfy(isPlain), "a name that leads elsewhere")
        return true
    }

    private static func isPlain(_ name: ScanName) -> Bool {
        !name.description.contains { "/\\:\0".contains($0) } && name.description.first != "."
    }
}
