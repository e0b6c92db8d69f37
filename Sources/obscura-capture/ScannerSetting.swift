import Profiles
import Scan

/// One `[scanner.NAME]` table of the configuration: where a scanner leaves its files, and what they do not say.
struct ScannerSetting: Sendable, Equatable {
    /// What a coordinate counts in: no format that is taken says so itself.
    enum Unit: String, Sendable, CaseIterable { case mm, cm, m, inch }

    let name: String
    /// The drop folder.
    let folder: String
    let manufacturer: String
    let model: String
    let serial: String
    /// Nil where nobody knows.
    let unit: Unit?

    init(name: String, reading table: consuming TableReader) throws(TableFault) {
        var table = table
        self.name = try table.deviceName(name, of: "scanner")
        folder = try table.required("folder")
        // Two spellings of one folder would pass for two.
        let parts = folder.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 1, parts[0].isEmpty, !parts.dropFirst().contains(where: { ["", ".", ".."].contains($0) })
        else { throw .invalid(table.key("folder"), "must be a path from / without . and .., as /run/obscura/scan") }
        manufacturer = try table.string("manufacturer") ?? "unknown"
        model = try table.string("model") ?? name
        serial = try table.string("serial") ?? ""
        unit = try table.string("unit").map { text throws(TableFault) in
            guard let unit = Unit(rawValue: text) else {
                let known = Unit.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
                throw .invalid(table.key("unit"), "must be one of \(known)")
            }
            return unit
        }
        try table.finish()
    }
}

extension [ScannerSetting] {
    /// All tables under `[scanner]`. What lies in a folder must be one scanner's: it is emptied.
    ///
    /// - Parameter kept: folders of the station's own.
    init(reading root: inout TableReader, apartFrom kept: [String]) throws(TableFault) {
        self = []
        guard var table = try root.table("scanner") else { return }
        for name in table.names {
            guard let inner = try table.table(name) else { continue }
            let scanner = try ScannerSetting(name: name, reading: inner)
            if let other = first(where: { $0.folder == scanner.folder }) {
                throw .invalid("scanner.\(name).folder", "is that of scanner.\(other.name)")
            }
            if let own = kept.first(where: { "\(scanner.folder)/".hasPrefix("\($0)/") }) {
                throw .invalid("scanner.\(name).folder", "lies in the station's own \(own)")
            }
            append(scanner)
        }
    }
}
