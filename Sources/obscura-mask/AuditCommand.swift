import ArgumentParser
import Commands
import DetectLink
import JOSE
import Linux
import Mask
import MaskAudit
import PNG

/// Recall by skin tone and light on labelled pictures.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Measure on labelled pictures whether faces of every skin tone are hidden equally well.",
        discussion: """
            The folder holds pictures and labels.json (or faces.json), a list of {"image": path, "faces": [face, ...]}; \
            a face is [left, top, right, bottom] in pixels, or {"box": [...]} with person, hair (curly, afro-textured, \
            very-light, none) and exposure where known. Without names of people nothing can be shown. The report's \
            pictures show faces that were missed. Exit status 0: it ran; the verdict stands in the report.
            """)

    @OptionGroup var detector: DetectorOptions
    @Argument(help: "The folder of the pictures.") var folder: String
    @Option(help: ArgumentHelp("Where report.html and report.json go.", valueName: "folder")) var out: String?
    @Flag(help: "Leave out the synthetic shifts of tone and light: ten searches a picture.") var withoutShifts = false

    func run() throws {
        let labels = try self.labels()
        // Before hours of work: a folder that cannot be written is known at once.
        let target = try out.map(Output.init)
        var auditor = Auditor(worker: try SearchWorker.start(detector), folder: folder, withShifts: !withoutShifts)
        for (index, picture) in labels.enumerated() {
            if isTerminal(2) { complainWithoutNewline("\r\u{1B}[Kpicture \(index + 1) of \(labels.count)") }
            do { try auditor.add(picture) } catch let refused as Refused {
                if isTerminal(2) { complainWithoutNewline("\r\u{1B}[K") }
                throw Refused("\(picture.image): \(refused.sentence)")
            }
        }
        if isTerminal(2) { complainWithoutNewline("\r\u{1B}[K") }
        let audit = Audit(auditor.faces, pictures: labels.count, faceless: auditor.faceless)
        for line in audit.summary { print(line) }
        let facts = AuditFacts(
            software: ObscuraMask.configuration.version, model: "\(DetectorModel.name) (\(DetectorModel.version))",
            modelDigest: DetectorModel.sha256, darkestLightness: darkestLightness)
        if let target {
            try target.write(audit.document(facts).canonical, as: "report.json")
            try target.write(Array(audit.page(facts, examples: auditor.worstExamples).utf8), as: "report.html")
            print("report: \(target.path)/report.html (its pictures show missed faces: keep it as you keep them)")
        }
    }

    private func labels() throws -> [LabelledPicture] {
        let files: [String]
        do { files = try Folder(path: folder).names() } catch { throw Refused("cannot read \(folder): \(error)") }
        guard let name = ["labels.json", "faces.json"].first(where: files.contains) else {
            throw Refused("\(folder) holds neither labels.json nor faces.json")
        }
        do {
            return try parseLabels(readAll(from: try openForReading("\(folder)/\(name)"), bound: 32 << 20))
        } catch { throw Refused("\(folder)/\(name) is no list of labelled pictures: \(error)") }
    }
}

/// The folder of the report.
private struct Output: ~Copyable {
    let path: String
    private let folder: Folder

    init(_ path: String) throws {
        do {
            let cut = path.lastIndex(of: "/")
            let parent = try Folder(path: cut.map { String(path[...$0]) } ?? ".")
            let name = cut.map { String(path[path.index(after: $0)...]) } ?? path
            if !name.isEmpty { try parent.makeFolder(name, mode: 0o755) }
            folder = try Folder(path: path)
        } catch { throw Refused("cannot write to \(path): \(error)") }
        self.path = path
    }

    func write(_ bytes: [UInt8], as name: String) throws {
        do { try folder.put(bytes, as: name) } catch { throw Refused("cannot write \(path)/\(name): \(error)") }
    }
}
