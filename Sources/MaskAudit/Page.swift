/// A face that was missed, with a small picture of it.
package struct Example: Sendable {
    package let face: FaceObservation
    /// PNG, with the mask drawn solid and the missed face's box in outline.
    package let picture: [UInt8]
    /// Pixels.
    package let width: Int
    package let height: Int

    package init(face: FaceObservation, picture: [UInt8], width: Int, height: Int) {
        self.face = face
        self.picture = picture
        self.width = width
        self.height = height
    }
}

extension Audit {
    /// The report for people: one HTML file that needs no other.
    package func page(_ facts: AuditFacts, examples: [Example]) -> String {
        let sections = [
            head(facts), toneSection, lightSection, cellSection, shiftSection, gateSection(facts), labelSections,
            missSection(examples), noteSection(facts),
        ]
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Mask audit</title>
            <style>\(pageStyle)</style>
            </head>
            <body>
            <main>
            \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
            </main>
            </body>
            </html>

            """
    }

    private func head(_ facts: AuditFacts) -> String {
        let shown = cells.count { $0.isShown }
        return """
            <h1>Mask audit</h1>
            <p class="lead">Are faces of every skin tone hidden equally well? \(faces.count) labelled faces in \
            \(pictures) pictures, people: \(people.map(String.init) ?? "unknown"). A face counts as hidden when nine \
            tenths of its box lie under the mask.</p>
            <dl class="figures">
            <div><dt>Faces hidden</dt><dd>\(percent(all.hidden.value))</dd><dd class="soft">\(all.hidden.hits) of \
            \(all.hidden.count); 95 % interval \(percent(all.hidden.wilson, of: all.hidden))</dd></div>
            <div><dt>Refused as too dark</dt><dd>\(all.refused.hits)</dd><dd class="soft">faces in pictures that the \
            station would not take</dd></div>
            <div><dt>Visible</dt><dd>\(all.visible.hits)</dd><dd class="soft">neither hidden nor in a \
            refused picture</dd></div>
            <div><dt>Cells shown</dt><dd>\(shown) of \(cells.count)</dd><dd class="soft">tone by light, with enough \
            faces and people to say so</dd></div>
            </dl>
            """
    }

    private var toneSection: String {
        """
        <section><h2>Skin tone</h2>
        <p>Individual typology angle of the forehead, in degrees; lighter skin above. “Undefined” is a forehead without \
        yellow in it: coloured light, or no skin.</p>
        \(Plot.recall(tones, title: "Faces hidden, by skin tone"))
        \(groupTable(tones, first: "Angle", caption: "By typology angle")) </section>
        """
    }

    private var lightSection: String {
        """
        <section><h2>Light on the face</h2>
        <p>Median lightness L* of the face in its picture.</p>
        \(Plot.recall(lights, title: "Faces hidden, by lightness of the face"))
        \(groupTable(lights, first: "L*", caption: "By lightness of the face")) </section>
        """
    }

    private var cellSection: String {
        let rows = ToneBin.allCases.map { tone in
            let columns = LightBin.allCases.map { light in
                cells.first { $0.tone == tone && $0.light == light }.map(cellText) ?? "<td></td>"
            }
            return "<tr><th scope=\"row\">\(escaped(tone.rawValue))</th>\(columns.joined())</tr>"
        }
        let heads = LightBin.allCases.map { "<th scope=\"col\">L* \(escaped($0.rawValue))</th>" }.joined()
        return """
            <section><h2>Tone and light together</h2>
            <p>A cell is <strong>shown</strong> only with at least \(Proof.faces) faces of \(Proof.people) people, a lower \
            bound of at least \(percent(Proof.bound)) and a paired difference of at most one percentage point. \
            Otherwise it is not shown, whatever its share.</p>
            <table class="cells"><caption>Faces hidden, and the verdict</caption>
            <thead><tr><th scope="col">Angle</th>\(heads)</tr></thead><tbody>\(rows.joined())</tbody></table></section>
            """
    }

    private func cellText(_ cell: Cell) -> String {
        let hidden = cell.group.hidden
        guard hidden.count > 0 else { return "<td class=\"soft\">not shown<br><small>no faces</small></td>" }
        let reasons = cell.shortfalls.map(\.sentence).joined(separator: "; ")
        return """
            <td class="\(cell.isShown ? "proved" : "")"><strong>\(cell.isShown ? "shown" : "not shown")</strong><br>\
            \(hidden.hits)/\(hidden.count), \(percent(hidden.wilson, of: hidden))<br>\
            <small>\(escaped(reasons))</small></td>
            """
    }

    private var shiftSection: String {
        guard !shifts.isEmpty else { return "" }
        let rows = shifts.map { shift in
            """
            <tr><th scope="row">L* \(shift.lightness)</th><td>\(shift.isDimmed ? "dimmed" : "full")</td>\
            \(shareCells(shift.group.hidden))<td>\(points(shift.pairs.difference))</td>\
            <td>\(points(shift.pairs.interval.lower)) to \(points(shift.pairs.interval.upper))</td>\
            <td>\(shift.group.refused.hits)</td></tr>
            """
        }
        return """
            <section><h2>The same faces in another tone</h2>
            <p>Each face was shifted to five lightnesses, and each of these pictures dimmed to \(percent(dimmedLight)) of its \
            light with a sensor’s noise. Differences are paired: the lightest tone minus this one, over the same \
            faces.</p>
            \(Plot.shifts(shifts, title: "Faces hidden, by shifted tone"))
            <p class="key"><span class="dot-key"></span> full light <span class="square-key"></span> dimmed</p>
            <table><caption>Synthetic tone shifts</caption><thead><tr><th scope="col">Tone</th><th scope="col">Light</th>\
            <th scope="col">Hidden</th><th scope="col">Share</th><th scope="col">95 % interval</th>\
            <th scope="col">Difference</th><th scope="col">95 % interval</th><th scope="col">Refused</th></tr></thead>\
            <tbody>\(rows.joined())</tbody></table></section>
            """
    }

    private func gateSection(_ facts: AuditFacts) -> String {
        let dimmed = shifts.filter(\.isDimmed).map { Row(name: "L* \($0.lightness), dimmed", group: $0.group) }
        return """
            <section><h2>What the station refuses, and for whom</h2>
            <p>A picture whose median lightness is below L* \(facts.darkestLightness) is refused as too dark. The limit \
            is the same for every tone; dark skin and dark hair make a picture darker, so it does not refuse everyone \
            equally often.</p>
            <p class="key"><span class="kept-key"></span> taken, hidden <span class="refused-key"></span> refused \
            <span class="leak-key"></span> taken, visible</p>
            \(Plot.fate(tones + dimmed, title: "Faces hidden, refused and visible, by skin tone"))
            </section>
            """
    }

    private var labelSections: String {
        var text = ""
        if !hairs.isEmpty {
            text += "<section><h2>Hair</h2>\(Plot.recall(hairs, title: "Faces hidden, by hair"))"
            text += groupTable(hairs, first: "Hair", caption: "By labelled hair") + "</section>"
        }
        if !exposures.isEmpty {
            text +=
                "<section><h2>Light as labelled</h2>\(groupTable(exposures, first: "Label", caption: "By labelled light"))</section>"
        }
        return text
    }

    private func missSection(_ examples: [Example]) -> String {
        guard !misses.isEmpty else { return "<section><h2>Missed faces</h2><p>None.</p></section>" }
        let figures = examples.map { example in
            let seen = example.face
            let what =
                "\(seen.image): \(tenths(seen.coverage)) of the face covered, angle \(seen.colour.tone.rawValue), "
                + "face at L* \(Int(seen.colour.lightness))" + (seen.asItIs.refused ? ", refused as too dark" : "")
            return """
                <figure><img src="data:image/png;base64,\(base64(example.picture))" width="\(example.width)" \
                height="\(example.height)" alt="\(escaped(what))"><figcaption>\(escaped(what))</figcaption></figure>
                """
        }
        return """
            <section><h2>Missed faces</h2>
            <p>\(misses.count) of \(faces.count), worst first, \(examples.count) drawn. Black is what the station would overwrite; \
            the outline is the labelled face. These pictures show faces: keep this file as you keep the pictures.</p>
            <div class="gallery">\(figures.joined())</div></section>
            """
    }

    private func noteSection(_ facts: AuditFacts) -> String {
        """
        <section><h2>How far this goes</h2>
        <ul>
        <li>The angle is computed from pictures whose colours nobody calibrated: it measures the light as well as the \
        skin. A face in back light counts as dark.</li>
        <li>A shifted tone is the same face with another lightness. It shows what lightness does to the detector, and \
        nothing about features or hair.</li>
        <li>Hidden counts the detector alone. A face in a refused picture counts as missed when it was missed, although \
        no such picture is taken.</li>
        <li>Intervals take faces as independent; several pictures of one person make them too narrow.</li>
        \(falseAlarms.count == 0 ? "" : "<li>\(falseAlarms.count) pictures have no face; in \(falseAlarms.hits) something would have been masked, \(percent(falseArea)) of their area on average.</li>")
        </ul>
        <p class="soft">Obscura \(escaped(facts.software)), \(escaped(facts.model)), SHA-256 \
        \(escaped(facts.modelDigest)).</p></section>
        """
    }
}

private func groupTable(_ rows: [Audit.Row], first: String, caption: String) -> String {
    let lines = rows.map { row in
        """
        <tr><th scope="row">\(escaped(row.name))</th>\(shareCells(row.group.hidden))\
        <td>\(row.group.refused.hits)</td><td>\(row.group.visible.hits)</td></tr>
        """
    }
    return """
        <table><caption>\(caption)</caption><thead><tr><th scope="col">\(first)</th><th scope="col">Hidden</th><th scope="col">Share</th>\
        <th scope="col">95 % interval</th><th scope="col">Refused</th><th scope="col">Visible</th></tr></thead>\
        <tbody>\(lines.joined())</tbody></table>
        """
}

private func shareCells(_ share: Share) -> String {
    "<td>\(share.hits)/\(share.count)</td><td>\(percent(share.value))</td><td>\(percent(share.wilson, of: share))</td>"
}

private func tenths(_ thousandths: Int) -> String { percent(Double(thousandths) / 1000) }

/// RFC 4648, section 4.
func base64(_ bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let part = bytes[start..<min(start + 3, bytes.count)]
        let word = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
        for index in 0..<4 {
            out.append(index <= part.count ? letters[word >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
        }
    }
    return String(decoding: out, as: UTF8.self)
}
