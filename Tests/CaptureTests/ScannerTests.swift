import Testing

@testable import obscura_capture

@Suite struct `A scanner of the configuration` {
    @Test func `has a folder, and what somebody knows of it`() throws {
        #expect(try configured("").scanners.isEmpty)
        let plain = try #require(try configured("[scanner.head]\nfolder = \"/run/obscura/scan\"").scanners.first)
        #expect(plain.name == "head" && plain.folder == "/run/obscura/scan" && plain.unit == nil)
        #expect(plain.manufacturer == "unknown" && plain.model == "head" && plain.serial == "")
        let known = try configured(
            """
            [scanner.a]
            folder = "/a"
            unit = "mm"
            [scanner.b]
            folder = "/b"
            manufacturer = "Maker"
            model = "Handheld"
            serial = "7"
            """
        ).scanners
        #expect(known.map(\.name) == ["a", "b"] && known.map(\.unit) == [.mm, nil])
        #expect(known[1].manufacturer == "Maker" && known[1].model == "Handheld" && known[1].serial == "7")
    }

    @Test(arguments: [
        "folder = \"scan\"", "folder = \"/\"", "folder = \"/run/../etc\"", "folder = \"/run//scan\"",
        "folder = \"/run/./a\"",
        "folder = \"/run/obscura/scan/\"", "folder = \"/var/lib/obscura/outbox\"", "folder = \"/var/lib/obscura\"",
        "folder = \"/run/obscura/inbox\"", "folder = \"/a\"\nunit = \"ell\"", "folder = \"/a\"\nformat = \"PLY\"",
        "unit = \"mm\"",
    ])
    func `is refused where its folder is not its own, or a word is unknown`(text: String) {
        #expect(throws: ConfigurationFault.self) { try configured("[scanner.head]\n\(text)") }
    }

    @Test func `shares its folder with no other`() {
        #expect(throws: ConfigurationFault.file(.invalid("scanner.b.folder", "is that of scanner.a"))) {
            try configured("[scanner.a]\nfolder = \"/a\"\n[scanner.b]\nfolder = \"/a\"")
        }
    }
}
