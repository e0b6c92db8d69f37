import JOSE
import Testing

@testable import MaskAudit

/// `count` bright faces of one tone, `perPerson` of each person, of which the first `missed` are not hidden.
private func faces(
    _ count: Int, perPerson: Int?, missed: Int = 0, darkestMissed: Int = 0, dim: Bool = false
) -> [FaceObservation] {
    (0..<count).map { index in
        let hidden = Sighting(hidden: true, refused: false)
        var shifted = [Sighting](repeating: hidden, count: shiftedLightness.count)
        if index < darkestMissed { shifted[4] = Sighting(hidden: false, refused: true) }
        let face = LabelledFace(
            box: Box(left: 0, top: 0, right: 10, bottom: 10), person: perPerson.map { "p\(index / $0)" }, hair: .curly,
            exposure: nil)
        return FaceObservation(
            image: "\(index).jpg", face: face,
            colour: FaceColour(forehead: Lab(lightness: 70, a: 8, b: 12), lightness: dim ? 20 : 60),
            asItIs: Sighting(hidden: index >= missed, refused: index == 0), coverage: index < missed ? 500 : 1000,
            shifted: shifted, dimmed: dim ? shifted : [Sighting](repeating: hidden, count: 5))
    }
}

private func onlyCell(_ faces: [FaceObservation]) -> Cell? {
    Audit(faces, pictures: faces.count, faceless: []).cells.first { $0.group.hidden.count > 0 }
}

@Suite struct `A cell of tone and light` {
    @Test func `is shown with enough faces of enough people, all hidden, whatever their tone`() throws {
        let cell = try #require(onlyCell(faces(240, perPerson: 8)))
        #expect(cell.isShown)
        #expect(cell.tone == .veryLight)
        #expect(cell.light == .bright)
        #expect(cell.people == 30)
    }

    @Test func `is not shown with one face too few`() {
        #expect(onlyCell(faces(199, perPerson: 4))?.shortfalls == [.tooFewFaces(199)])
    }

    @Test func `is not shown with one person too few, or people unknown`() {
        #expect(onlyCell(faces(232, perPerson: 8))?.shortfalls == [.tooFewPeople(29)])
        #expect(onlyCell(faces(240, perPerson: nil))?.shortfalls == [.peopleUnknown])
    }

    @Test func `is not shown with a bound below .98`() throws {
        let cell = try #require(onlyCell(faces(240, perPerson: 8, missed: 1)))
        #expect(cell.shortfalls == [.bound(Share(hits: 239, of: 240).wilson.lower)])
    }

    @Test func `is not shown where another tone would be missed more often`() throws {
        #expect(try #require(onlyCell(faces(240, perPerson: 8, darkestMissed: 2))).isShown)
        let cell = try #require(onlyCell(faces(240, perPerson: 8, darkestMissed: 3)))
        #expect(cell.shortfalls == [.difference(0.0125)])
        #expect(cell.pairs.firstOnly == 3)
    }

    @Test func `of dim faces is held against its faces in dim light`() throws {
        let cell = try #require(onlyCell(faces(240, perPerson: 8, darkestMissed: 3, dim: true)))
        #expect(cell.light == .dim)
        #expect(cell.shortfalls == [.difference(0.0125)])
    }

    @Test func `without a face has every shortfall that nothing can have`() {
        let cell = Cell(tone: .dark, light: .dim, [])
        #expect(cell.shortfalls == [.tooFewFaces(0), .tooFewPeople(0), .bound(0), .noPairs])
    }
}

@Suite struct `An audit` {
    private let audit = Audit(faces(40, perPerson: 4, missed: 2, darkestMissed: 1), pictures: 42, faceless: [0, 0.5])

    @Test func `counts hidden, refused and visible faces`() {
        #expect(audit.all.hidden == Share(hits: 38, of: 40))
        // The first face is missed in a refused picture, the second is what would have been seen.
        #expect(audit.all.refused == Share(hits: 1, of: 40))
        #expect(audit.all.visible == Share(hits: 1, of: 40))
        #expect(audit.falseAlarms == Share(hits: 1, of: 2))
        #expect(audit.falseArea == 0.25)
        #expect(audit.people == 10)
    }

    @Test func `lists every bin, and hair and exposure only where labelled`() {
        #expect(audit.tones.map(\.name) == ToneBin.allCases.map(\.rawValue))
        #expect(audit.hairs.map(\.group.hidden.count) == [40, 0, 0, 0])
        #expect(audit.exposures.isEmpty)
        #expect(audit.cells.count == ToneBin.allCases.count * LightBin.allCases.count)
    }

    @Test func `compares every tone with the lightest over the same faces`() {
        #expect(audit.shifts.count == 2 * shiftedLightness.count)
        let darkest = audit.shifts[4]
        #expect(darkest.lightness == 25 && !darkest.isDimmed)
        #expect(darkest.pairs.count == 40 && darkest.pairs.firstOnly == 1)
        #expect(darkest.group.refused.hits == 1)
    }

    private let facts = AuditFacts(software: "1", model: "M", modelDigest: "00", darkestLightness: 15)

    @Test func `writes the document that it promises`() throws {
        let text = audit.document(facts).canonical
        var reader = try ObjectReader(parsing: text, bound: 1 << 20)
        #expect(try reader.string("report") == "obscura-mask-audit/1")
        #expect(try reader.integer("faces") == 40)
        let cells = try reader.objects("cells")
        #expect(cells.count == 28)
        var first = try #require(
            cells.first { object in
                var object = object
                return (try? object.integer("faces")) == 40
            })
        #expect(try first.string("verdict") == "not shown")
        #expect(try first.strings("reasons").first == "40 of 200 faces")
        var all = try reader.object("all")
        #expect(try all.integer("recall_e4") == 9500)
    }

    @Test func `writes a page that names no other file and escapes what it was given`() throws {
        var list = faces(3, perPerson: nil, missed: 1)
        list[0] = FaceObservation(
            image: "<script>'\"&.jpg", face: list[0].face, colour: list[0].colour, asItIs: list[0].asItIs,
            coverage: 500, shifted: [], dimmed: [])
        let audit = Audit(list, pictures: 3, faceless: [])
        let example = Example(face: audit.misses[0], picture: [1, 2, 3, 4], width: 2, height: 2)
        let page = audit.page(facts, examples: [example])
        #expect(page.contains("data:image/png;base64,AQIDBA=="))
        #expect(page.contains("&lt;script&gt;&#39;&quot;&amp;.jpg"))
        for word in ["<script", "http:", "https:", "src=\"/", "NaN"] { #expect(!page.contains(word)) }
    }
}

@Suite struct `A thumbnail` {
    @Test func `shows the mask in black and the face in outline`() throws {
        let picture = try RGBPicture(width: 40, height: 40, samples: [UInt8](repeating: 200, count: 4800))
        let face = Box(left: 10, top: 10, right: 20, bottom: 20)
        let small = picture.thumbnail(of: face, mask: [Box(left: 14, top: 14, right: 40, bottom: 40)], longest: 100)
        #expect(small.width == 32 && small.height == 32)
        func pixel(_ x: Int, _ y: Int) -> [UInt8] { Array(small.samples[3 * (32 * y + x)..<3 * (32 * y + x) + 3]) }
        #expect(pixel(0, 0) == [200, 200, 200])
        #expect(pixel(10, 10) == [230, 97, 1])
        #expect(pixel(16, 16) == [0, 0, 0])
    }

    @Test func `is no larger than it may be`() throws {
        let picture = try RGBPicture(width: 300, height: 200, samples: [UInt8](repeating: 9, count: 180_000))
        let small = picture.thumbnail(of: Box(left: 0, top: 0, right: 300, bottom: 200), mask: [], longest: 100)
        #expect(small.width == 100 && small.height == 66)
    }
}
