import JOSE
import MaskAudit
import Testing

@Suite struct `Labels` {
    private func read(_ text: String) throws -> [LabelledPicture] { try parseLabels(Array(text.utf8)) }

    @Test func `are boxes alone, or faces with what is known of them`() throws {
        let pictures = try read(
            """
            [{"image": "a/b.jpg", "source": "set", "width": 4, "height": 5, "faces": [[1, 2, 3, 4],
              {"box": [-1, 0, 7, 8], "person": "p1", "hair": "afro-textured", "exposure": "dim"}]},
             {"image": "c.png", "faces": []}]
            """)
        #expect(pictures.count == 2)
        #expect(pictures[0].image == "a/b.jpg")
        #expect(pictures[0].faces[0].box == Box(left: 1, top: 2, right: 3, bottom: 4))
        #expect(pictures[0].faces[0].person == nil)
        #expect(pictures[0].faces[1].hair == .afroTextured)
        #expect(pictures[0].faces[1].person == "p1")
        #expect(pictures[0].faces[1].exposure == "dim")
        #expect(pictures[1].faces.isEmpty)
    }

    @Test(arguments: [
        ("[]", "labels"), (#"[{"image": "../a", "faces": []}]"#, "labels[0].image"),
        (#"[{"image": "/a", "faces": []}]"#, "labels[0].image"),
        (#"[{"image": "a//b", "faces": []}]"#, "labels[0].image"),
        (#"[{"image": "a", "faces": []}, {"image": "a", "faces": []}]"#, "labels[1].image"),
        (#"[{"image": "a", "faces": [[1, 2, 1, 4]]}]"#, "labels[0].faces[0]"),
        (#"[{"image": "a", "faces": [[1, 2, 3]]}]"#, "labels[0].faces[0]"),
        (#"[{"image": "a", "faces": [[1, 2, 3, 40000]]}]"#, "labels[0].faces[0]"),
        (#"[{"image": "a", "faces": [{"box": [1, 2, 3, 4], "hair": "red"}]}]"#, "labels[0].faces[0].hair"),
        (#"[{"image": "a", "faces": [{"box": [1, 2, 3, 4], "person": ""}]}]"#, "labels[0].faces[0].person"),
    ])
    func `that are wrong are refused with their place`(_ text: String, _ place: String) {
        #expect(throws: JOSEError.invalid(place)) { try read(text) }
    }

    @Test func `with a member that nobody knows are refused`() {
        #expect(throws: JOSEError.unknownMember("labels[0].tone")) {
            try read(#"[{"image": "a", "faces": [], "tone": 1}]"#)
        }
    }
}
