import ForeignBytes
import ForeignPictures
import Testing

@Suite struct `Every way in for foreign bytes` {
    @Test(arguments: ForeignParser.all.map(\.name))
    func `takes its seeds, and survives them cut anywhere and mangled`(name: String) throws {
        let parser = try #require(ForeignParser.all.first { $0.name == name })
        let seeds = try parser.seeds()
        #expect(!seeds.isEmpty)
        var mangler = Mangler(seed: 20_261_121)
        var refused = 0
        for seed in seeds {
            #expect(parser.takes(seed))
            for count in stride(from: 0, to: seed.count, by: max(1, seed.count / 500)) {
                _ = parser.takes(Array(seed.prefix(count)))
            }
            for _ in 0..<1000 / seeds.count where !parser.takes(mangler.mangled(seed)) { refused += 1 }
        }
        #expect(refused > 100)
    }

    @Test func `has a name of its own`() {
        #expect(Set(ForeignParser.all.map(\.name)).count == ForeignParser.all.count)
    }
}
