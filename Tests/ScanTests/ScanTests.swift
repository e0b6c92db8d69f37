import Scan
import Testing

private func fault(_ look: () throws(ScanFault) -> Void) -> ScanFault? {
    do throws(ScanFault) { try look() } catch { return error }
    return nil
}

/// 32 bits of a float, least significant byte first.
private func little(_ value: Float) -> [UInt8] { little(value.bitPattern) }
private func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) } }

@Suite struct `An OBJ file` {
    private let corners = "v 0 0 0\nv 1 0 0\nv 0 1 0\n"

    private func refusal(_ text: String) -> ScanFault? {
        fault { () throws(ScanFault) in _ = try MeshFacts(obj: Array(text.utf8).span) }
    }

    @Test func `is counted`() throws {
        let text =
            "# by hand\r\nmtllib a b.mtl\r\n\(corners)vt 0 1\nvn 0 0 1\nusemtl skin\nf 1/1/1 2//1 -1/1\no x y\n\n"
        let facts = try MeshFacts(obj: Array(text.utf8).span)
        #expect(facts.points == 3 && facts.faces == 1)
        #expect(facts.files == [try #require(ScanName(parsing: "a b.mtl"))])
        #expect(facts.materials == [Array("skin".utf8)])
        // A face may stand before its points.
        #expect(refusal("f 1 2 3\n" + corners) == nil)
    }

    @Test(arguments: [
        ("v 0 0\n", ScanFault.number(line: 4)), ("v 0 0 nan\n", .number(line: 4)), ("v 0 0 inf\n", .number(line: 4)),
        ("v 0 0 1e10\n", .number(line: 4)), ("v 0 0 1e999\n", .number(line: 4)), ("v 0 0 0x10\n", .number(line: 4)),
        ("v 0 0 .\n", .number(line: 4)), ("v 0 0 1e\n", .number(line: 4)), ("v 0 0 --1\n", .number(line: 4)),
        ("f 1 2\n", .number(line: 4)), ("f 1 2 4\n", .index(line: 4)), ("f 0 1 2\n", .index(line: 4)),
        ("f -4 1 2\n", .index(line: 4)), ("f 1/1 2/1 3/1\n", .index(line: 4)), ("f 1//1 2//1 3//1\n", .index(line: 4)),
        ("f 1/ 2 3\n", .number(line: 4)), ("f 1/1/1/1 2 3\n", .number(line: 4)),
        ("f 9999999999 1 2\n", .number(line: 4)),
        ("call /etc/passwd\n", .word(line: 4)), ("curv 0 1 1 2\n", .word(line: 4)), ("V 0 0 0\n", .word(line: 4)),
        ("mtllib ../a.mtl\n", .name(line: 4)), ("mtllib /a.mtl\n", .name(line: 4)),
        ("mtllib c:a.mtl\n", .name(line: 4)),
        ("mtllib a\\b.mtl\n", .name(line: 4)), ("mtllib \n", .name(line: 4)), ("mtllib .hidden\n", .name(line: 4)),
        ("mtllib http://a.mtl\n", .name(line: 4)), ("", .nothing),
    ]) func `is refused by name`(_ text: String, _ expected: ScanFault) { #expect(refusal(corners + text) == expected) }

    @Test func `is refused without points, without bytes and with endless lines`() {
        #expect(refusal("") == .size(0))
        #expect(refusal("# nothing\n") == .nothing)
        #expect(refusal("#" + String(repeating: "x", count: 16_384)) == .lineLength(line: 1))
    }
}

@Suite struct `An MTL file` {
    private func refusal(_ text: String) -> ScanFault? {
        fault { () throws(ScanFault) in _ = try MaterialFacts(mtl: Array(text.utf8).span) }
    }

    @Test func `names materials and textures`() throws {
        let text = "newmtl my skin\nKd 1 .5 0\nmap_Kd a.jpg\nnewmtl b\nmap_Bump b.png\n"
        let facts = try MaterialFacts(mtl: Array(text.utf8).span)
        #expect(facts.names == [Array("my skin".utf8), Array("b".utf8)])
        #expect(facts.files.map(\.description) == ["a.jpg", "b.png"])
    }

    @Test(arguments: [
        ("Kd 1 1\n", ScanFault.number(line: 2)), ("Ns nan\n", .number(line: 2)), ("newmtl a\n", .word(line: 2)),
        ("map_Kd -s 1 1 1 a.jpg\n", .name(line: 2)), ("map_Kd a/b.jpg\n", .name(line: 2)),
        ("refl -type sphere a.jpg\n", .word(line: 2)), ("include b.mtl\n", .word(line: 2)),
    ]) func `is refused by name`(_ text: String, _ expected: ScanFault) {
        #expect(refusal("newmtl a\n" + text) == expected)
        #expect(refusal("Kd 1 1 1\n") == .word(line: 1))
        #expect(refusal("# none\n") == .nothing)
    }
}

@Suite struct `An STL file` {
    private func refusal(_ bytes: [UInt8]) -> ScanFault? {
        fault { () throws(ScanFault) in _ = try MeshFacts(stl: bytes.span) }
    }

    private func binary(_ triangles: Int, head: String = "scanner") -> [UInt8] {
        var bytes = Array(head.utf8) + [UInt8](repeating: 0, count: 80 - head.utf8.count)
        bytes += little(UInt32(triangles))
        for number in 0..<12 * triangles {
            bytes += little(Float(number))
            if number % 12 == 11 { bytes += [0, 0] }
        }
        return bytes
    }

    @Test func `is binary when its length says so`() throws {
        #expect(try MeshFacts(stl: binary(2).span).faces == 2)
        #expect(try MeshFacts(stl: binary(2, head: "solid").span).points == 6)
        #expect(refusal(binary(0)) == .nothing)
        #expect(refusal(binary(2).dropLast()) == .truncated)
        #expect(refusal(binary(2) + [1]) == .trailing(1))
        #expect(refusal([1, 2, 3]) == .notOfFormat)
        var bytes = binary(2)
        bytes.replaceSubrange(138..<142, with: little(Float.nan))
        #expect(refusal(bytes) == .numberAt(138))
        bytes.replaceSubrange(138..<142, with: little(Float(2e9)))
        #expect(refusal(bytes) == .numberAt(138))
    }

    private let facet = "facet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\n"

    @Test func `may be text`() throws {
        let text = "solid my head\n\(facet)\(facet)endsolid\n"
        #expect(try MeshFacts(stl: Array(text.utf8).span).faces == 2)
        func refused(_ text: String) -> ScanFault? { refusal(Array(text.utf8)) }
        #expect(refused("solid\n" + facet) == .truncated)
        #expect(refused("solid\nendsolid\n") == .nothing)
        #expect(refused("solid\n\(facet.replacing("vertex 1 0 0", with: "vertex 1 0"))endsolid\n") == .number(line: 5))
        #expect(refused("solid\n\(facet.replacing("vertex 1 0 0\n", with: ""))endsolid\n") == .word(line: 6))
        #expect(refused("solid\n\(facet)endsolid\n\(facet)") == .word(line: 10))
        #expect(refused("solid\n\(facet.replacing("loop\n", with: "loop x\n"))endsolid\n") == .word(line: 3))
    }
}

@Suite struct `A PLY file` {
    private func head(_ format: String, points: Int = 3, faces: Int = 1) -> String {
        """
        ply
        format \(format) 1.0
        comment by a scanner
        element vertex \(points)
        property float x
        property float y
        property double z
        element face \(faces)
        property list uchar int vertex_indices
        end_header

        """
    }

    private let text = "0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n"

    private func refusal(_ text: String) -> ScanFault? { refusal(Array(text.utf8)) }
    private func refusal(_ bytes: [UInt8]) -> ScanFault? {
        fault { () throws(ScanFault) in _ = try MeshFacts(ply: bytes.span) }
    }

    private func binary(isBig: Bool, corner: UInt32 = 2) -> [UInt8] {
        func ordered(_ bytes: [UInt8]) -> [UInt8] { isBig ? bytes.reversed() : bytes }
        var bytes = Array(head(isBig ? "binary_big_endian" : "binary_little_endian").utf8)
        for _ in 0..<3 {
            bytes += ordered(little(Float(1.5))) + ordered(little(Float(-2))) + ordered([0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
        }
        return bytes + [3] + ordered(little(UInt32(0))) + ordered(little(UInt32(1))) + ordered(little(corner))
    }

    @Test func `is read as text and in both orders of bytes`() throws {
        for bytes in [Array((head("ascii") + text + "\n").utf8), binary(isBig: true), binary(isBig: false)] {
            let facts = try MeshFacts(ply: bytes.span)
            #expect(facts.points == 3 && facts.faces == 1 && facts.files == [])
        }
    }

    @Test(arguments: [true, false]) func `of bytes is refused when a number or its end is wrong`(isBig: Bool) {
        let start = head(isBig ? "binary_big_endian" : "binary_little_endian").utf8.count
        let good = binary(isBig: isBig)
        for count in start..<good.count { #expect(refusal(Array(good.prefix(count))) == .truncated) }
        #expect(refusal(good + [0]) == .trailing(1))
        #expect(refusal(binary(isBig: isBig, corner: 3)) == .indexAt(good.count - 4))
        #expect(refusal(binary(isBig: isBig, corner: UInt32.max)) == .indexAt(good.count - 4))
        var bytes = good
        bytes.replaceSubrange(start..<start + 4, with: [0xFF, 0xC0, 0, 0xFF])
        #expect(refusal(bytes) == .numberAt(start))
        bytes = good
        bytes[start + 48] = 2
        #expect(refusal(bytes) == .numberAt(start + 48))
    }

    @Test(arguments: [
        ("0 1 0", "0 1", ScanFault.number(line: 13)), ("0 1 0", "0 nan 0", .number(line: 13)),
        ("0 1 0", "0 1 0 9", .word(line: 13)), ("3 0 1 2", "3 0 1 3", .index(line: 14)),
        ("3 0 1 2", "3 0 1 -1", .index(line: 14)), ("3 0 1 2", "3 0 1 1.5", .number(line: 14)),
        ("3 0 1 2", "2 0 1", .number(line: 14)), ("3 0 1 2\n", "", .truncated),
        ("3 0 1 2", "3 0 1 2\nx", .word(line: 15)),
        ("format ascii 1.0", "format ascii 2.0", .header(line: 2)),
        ("format ascii 1.0", "format zip 1.0", .header(line: 2)),
        ("ply\n", "plx\n", .notOfFormat), ("property float x", "property half x", .header(line: 5)),
        ("property float y", "property float x", .header(line: 6)), ("vertex 3", "vertex 9999999999", .header(line: 4)),
        ("vertex 3", "vertex 99999999", .tooMany), ("vertex 3", "vertex -1", .header(line: 4)),
        ("element face", "element vertex", .header(line: 8)), ("float x", "int x", .header(line: 10)),
        ("uchar int", "float int", .header(line: 9)), ("uchar int", "uchar float", .header(line: 9)),
        ("comment by a scanner", "include a.ply", .header(line: 3)), ("end_header\n", "", .header(line: 10)),
        ("comment by a scanner", "comment TextureFile ../a.png", .name(line: 3)),
        ("format ascii 1.0\n", "", .header(line: 3)),
    ]) func `of text is refused by name`(_ part: String, _ other: String, _ expected: ScanFault) {
        let good = head("ascii") + text
        #expect(good.contains(part) && refusal(good) == nil)
        #expect(refusal(good.replacing(part, with: other, maxReplacements: 1)) == expected)
    }
}
