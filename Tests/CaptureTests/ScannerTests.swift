import Testing

@testable import obscura_capture

private func configuration(_ scanners: String) throws(ConfigurationFault) -> Configuration {
    try Configuration(
        parsing: """
            [station]
            name = "derm-03"
            state = "/var/lib/obscura"
            run = "/run/obscura"
            \(scanners)
            """)
}

@Suite struct `A scanner of the configuration` {
    @Test func `has a folder, and what somebody knows of it`() throws {
        #expect(try configuration("").scanners.isEmpty)
        let plain = try #require(try configuration("[scanner.head]\nfolder = \"/run/obscura/scan\"").scanners.first)
        #expect(plain.name == "head" && plain.folder == "/run/obscura/scan" && plain.unit == nil)
        #expect(plain.manufacturer == "unknown" && plain.model == "head" && plain.serial == "")
        let known = try configuration(
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
        #expect(throws: ConfigurationFault.self) { try configuration("[scanner.head]\n\(text)") }
    }

    @Test func `shares its folder with no other`() {
        #expect(throws: ConfigurationFault.file(.invalid("scanner.b.folder", "is that of scanner.a"))) {
            try configuration("[scanner.a]\nfolder = \"/a\"\n[scanner.b]\nfolder = \"/a\"")
        }
    }
}
