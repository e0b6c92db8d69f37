import Testing

@testable import Profiles

private func read(_ text: String) throws -> TOMLTable { try TOMLParser.table(parsing: text) }

@Suite struct `A TOML document` {
    @Test func `has values of each kind`() throws {
        let table = try read(
            #"""
            # comment, é
            text = "a \"b\" \\ \t \u00e9" # behind
            literal = 'C:\no'
            'quoted key' = -12
            whole = +7
            decimal = 0.5
            yes = true
              no = false
            list = [ "a", # one
              "b",
            ]
            nested = [[1], []]
            """#)
        #expect(
            table.members == [
                "text": .string("a \"b\" \\ \t é"), "literal": .string(#"C:\no"#), "quoted key": .integer(-12),
                "whole": .integer(7), "decimal": .decimal(0.5), "yes": .bool(true), "no": .bool(false),
                "list": .array([.string("a"), .string("b")]), "nested": .array([.array([.integer(1)]), .array([])]),
            ])
    }

    @Test func `has tables in tables, and lists of them`() throws {
        let table = try read("a = 1\r\n[b.c]\nd = 2\n[b]\ne = 3\n[[f]]\ng = 4\n[f.h]\ni = 5\n[[f]]\n")
        guard case .table(let b)? = table.members["b"], case .table(let c)? = b.members["c"],
            case .tables(let f)? = table.members["f"], case .table(let h)? = f.first?.members["h"]
        else {
            Issue.record("\(table)")
            return
        }
        #expect(table.members["a"] == .integer(1))
        #expect(b.members["e"] == .integer(3))
        #expect(c.members["d"] == .integer(2))
        #expect(f.count == 2)
        #expect(h.members["i"] == .integer(5))
    }

    @Test func `is refused where it is none, or more than is read`() {
        let bad = [
            "a", "a =", "a = b", "a = 1 b = 2", "a = 1\na = 2", "= 1", "[a", "[.a]", "[a.]", "[]", "[[a]", "[[[a]]]",
            "[a]]",
            "[a]\n[a]", "[a]\n[[a]]", "[[a]]\n[a]", "a = 1\n[a]", "a = 1\n[a.b]", "[b.c]\n[b]\nc = 1", "a = [ }",
            "a = [1", "a = [1 2]",
            "a = \"", "a = \"\n\"", "a = \"\"\"x\"\"\"", "a = '''x'''", "a = \"\\x\"", "a = \"\\u12\"",
            "a = \"\\ud800\"",
            "a = \"\u{1}\"", "# \u{1}", "a.b = 1", "a = {}", "a = 01", "a = 1.", "a = .5", "a = --1", "a = +-1",
            "a = 0x1", "a = 1e5",
            "a = inf", "a = nan", "a = 1_0", "a = 9223372036854775808", "a = 2026-11-21", "a = True", "\u{FEFF}a = 1",
            "a = 1\rb = 2",
            "a = " + String(repeating: "[", count: 10_000), "[a.b.c.d.e.f.g.h.i.j]",
            String(repeating: "[[a]]\n", count: 1001),
        ]
        for text in bad {
            #expect(throws: TableFault.self, "\(text.prefix(40))") { _ = try read(text) }
        }
    }

    @Test func `says the line`() {
        #expect(throws: TableFault.syntax("line 3: a key and = belong here")) { _ = try read("a = 1\n\nb\n") }
    }
}
