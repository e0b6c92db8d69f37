import BundleFormat
import Control
import JOSE
import Journal
import Linux
import Scan

/// What is known of the scanners' folders during one visit.
struct VisitScans: Sendable {
    /// Scanners whose folder was empty when the visit began: what lies there now is this patient's.
    var begun: Set<String> = []
    /// What was sealed in this visit, by the digests of its files: its shot.
    var sealed: [Set<Digest>: Int64] = [:]
}

extension Station {
    /// The folder of a scanner, when it is one that may be emptied: by mistake the configuration could name any.
    private func folder(of scanner: ScannerSetting) throws(ScanFault) -> ScanDrop {
        let drop = try ScanDrop(path: scanner.folder)
        // A demonstration has no mount of its own, and no patient.
        if configuration.mode == .clinic { try drop.checkConfined() }
        return drop
    }

    /// The folder of a scanner, where a scan may be taken from it.
    func drop(of scanner: ScannerSetting) throws(Refusal) -> ScanDrop {
        do {
            let drop = try folder(of: scanner)
            if configuration.mode == .clinic { try drop.checkSwap() }
            return drop
        } catch { throw .scanner(scanner.name, error) }
    }

    func scanner(named name: String) throws(Refusal) -> ScannerSetting {
        guard let scanner = configuration.scanners.first(where: { $0.name == name }) else {
            let known = configuration.scanners.map(\.name).joined(separator: ", ")
            throw Refusal(
                "scanner-unknown", "no scanner is called \(name)",
                hint: known.isEmpty ? "a table [scanner.NAME] in /etc/obscura/obscura.toml" : "known: \(known)")
        }
        return scanner
    }

    /// Unlinks what lies in the scanners' folders, unread: it belongs to no visit, or to the one that ends.
    ///
    /// - Returns: how many files.
    @discardableResult
    func clearScanners(_ moment: JournalEvent.Clearing.Moment, _ state: inout StationState) -> Int64 {
        state.scans = VisitScans()
        var files: Int64 = 0
        for scanner in configuration.scanners {
            let cleared: ScanDrop.Cleared
            do throws(ScanFault) { cleared = try folder(of: scanner).clear() } catch {
                state.noteScanner(.scanner(scanner.name, error))
                continue
            }
            files += Int64(cleared.fill.files)
            state.noteCleared(scanner, moment, cleared)
            if cleared.fault == nil { state.scans.begun.insert(scanner.name) }
        }
        return files
    }

    /// Every scanner and what lies in its folder, for the status.
    func scannerObjects() -> [JSON] {
        configuration.scanners.map { scanner in
            var object: JSONObject = ["name": .string(scanner.name)]
            let look = look(at: scanner)
            object.set("state", .string(look.fault?.code ?? "ready"))
            object.set("files", .integer(Int64(look.fill.files)))
            object.set("bytes", .integer(look.fill.bytes))
            object.set("free_bytes", .integer(look.fill.free))
            return .object(object)
        }
    }

    private func look(at scanner: ScannerSetting) -> (fill: ScanDrop.Fill, fault: Refusal?) {
        do throws(Refusal) {
            let drop = try drop(of: scanner)
            do { return (try drop.fill(), nil) } catch { throw Refusal.scanner(scanner.name, error) }
        } catch { return (ScanDrop.Fill(), error) }
    }

    /// What keeps a scan from being taken, or how full the folders are.
    func scannersSight() -> (fault: Refusal?, fine: String) {
        var lines: [String] = []
        for scanner in configuration.scanners {
            let (fill, fault) = look(at: scanner)
            if let fault { return (fault, "") }
            if fill.free < Self.scanHeadroom {
                return (
                    Refusal(
                        "scanner-full", "the folder of scanner \(scanner.name) takes only \(fill.free >> 20) MiB more",
                        hint: "take what lies there in a session, or end the session: that empties it"), ""
                )
            }
            lines.append(
                "\(scanner.name): \(fill.files) files of \(fill.bytes >> 20) MiB wait, room for \(fill.free >> 20) MiB")
        }
        return (nil, lines.isEmpty ? "none configured" : lines.joined(separator: "; "))
    }

    /// Bytes below which a folder counts as full.
    private static let scanHeadroom: Int64 = 16 << 20
}

extension StationState {
    /// Writes down what was unlinked of a scanner's folder, and what could not be.
    mutating func noteCleared(
        _ scanner: ScannerSetting, _ moment: JournalEvent.Clearing.Moment, _ cleared: ScanDrop.Cleared
    ) {
        if let fault = cleared.fault { noteScanner(.scanner(scanner.name, fault)) }
        guard cleared.fill.files > 0 else { return }
        let event = JournalEvent.Clearing(
            scanner: scanner.name, moment: moment, files: Int64(cleared.fill.files), bytes: cleared.fill.bytes)
        // The files are gone whether or not it can be written down.
        do { try record(.scanCleared(event)) } catch {
            tell(.refusalNotJournalled(what: "scan-cleared", code: moment.rawValue, why: error.line))
        }
    }

    fileprivate mutating func noteScanner(_ refusal: Refusal) { note("scanner", refusal) }
}

extension Refusal {
    /// A scanner's folder that cannot be used.
    static func scanner(_ name: String, _ fault: ScanFault) -> Refusal {
        switch fault {
        case .folder(_, Errno.noEntry):
            Refusal(
                "scanner-absent", "the folder of scanner \(name) is not there",
                hint: "systemctl status run-obscura-scan.mount")
        case .folder: Refusal("scanner-folder", "scanner \(name): \(fault.line)", hint: "see who may do what there")
        case .onDisk, .unlimited, .unconfined:
            Refusal(
                "scanner-unsafe", "scanner \(name): \(fault.line)",
                hint: "a folder on the mount that the package brings (run-obscura-scan.mount)")
        case .swap: Refusal("scanner-swap", "scanner \(name): \(fault.line)", hint: "turn swap off: swapoff -a")
        default: .scan(fault)
        }
    }

    /// An export that is not taken.
    static func scan(_ fault: ScanFault) -> Refusal {
        switch fault {
        case .changing, .truncated:
            Refusal("scan-changing", fault.line, hint: "wait until the scanner is done, then try again")
        case .memory: Refusal("memory", fault.line, hint: "raise LimitMEMLOCK of obscura-capture")
        default: Refusal("scan", fault.line, hint: "nothing was taken; export it anew, alone and in one folder")
        }
    }
}
