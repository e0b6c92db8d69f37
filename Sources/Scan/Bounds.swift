/// What a scan may have at most. A face of a structured-light scanner has one or two million points.
package enum ScanBounds {
    /// Bytes of one file.
    package static let fileBytes = 256 << 20
    /// Bytes of all files of a scan.
    package static let bytes = 512 << 20
    /// Bytes that the drop folder may take.
    package static let folderBytes: Int64 = 2 << 30
    /// Points, texture points, normals; faces.
    package static let things = 16 << 20
    /// Bytes of a line of text.
    package static let lineBytes = 16_384
    /// Materials, and files.
    package static let names = 64
    /// Any coordinate: whatever the unit, no clinic is larger.
    package static let coordinate = 1e9
}

/// What a mesh file has, after all of it was looked at.
package struct MeshFacts: Sendable, Equatable {
    package var points = 0
    package var faces = 0
    /// Files that it names, in order.
    package var files: [ScanName] = []
    /// Materials that it uses.
    package var materials: Set<[UInt8]> = []
}

/// The plain name of a file: ASCII letters, digits, `.`, `_`, `-` and blanks, 1 to 96 bytes, no blank or dot first.
package struct ScanName: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init?(parsing text: String) {
        let bytes = Array(text.utf8)
        guard (1...96).contains(bytes.count), let first = bytes.first, let last = bytes.last,
            first != UInt8(ascii: "."), first != UInt8(ascii: "-"), first != blank, last != blank,
            bytes.allSatisfy(Self.isPlain)
        else { return nil }
        description = text
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), blank:
            true
        default: false
        }
    }

    /// What follows the last dot, in small letters; empty where there is none.
    package var ending: String {
        guard let dot = description.lastIndex(of: ".") else { return "" }
        return description[description.index(after: dot)...].lowercased()
    }
}

let blank = UInt8(ascii: " ")
