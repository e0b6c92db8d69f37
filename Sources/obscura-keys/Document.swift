import KeyLink

/// What every document must say about the station that signs it.
struct Signer {
    let station: String
    /// SHA-256 of the SubjectPublicKeyInfo, 64 hexadecimal digits.
    let fingerprint: String
    let holder: KeyHolder
    /// The TPM counter's value.
    let epoch: UInt64
}

/// A document whose every line was checked against its kind and its signer.
struct CheckedDocument {
    let kind: DocumentKind
    /// Nil for an enrolment and a recovery, which have none: they say nothing but who the station is.
    let sequence: UInt64?
    let bytes: [UInt8]

    init(_ bytes: [UInt8], as kind: DocumentKind, by signer: Signer) throws(KeyRefusal) {
        self.kind = kind
        self.bytes = bytes
        guard kind != .ticket else {
            sequence = try ticketSequence(bytes, by: signer)
            return
        }
        let form = Form(of: kind)
        var lines = Lines(bytes)
        var found: UInt64?
        guard lines.next() == form.label else { throw .document(line: lines.count) }
        for (keyword, value) in form.lines {
            guard let text = lines.next(after: keyword) else { throw .document(line: lines.count) }
            switch try value.accepts(text, by: signer) {
            case .no: throw .document(line: lines.count)
            case .yes: break
            case .sequence(let number): found = number
            }
        }
        if form.hasEntries {
            repeat {
                guard let entry = lines.next(), Self.isEntry(entry) else { throw .document(line: lines.count) }
            } while !lines.isAtEnd
        }
        guard lines.isAtEnd else { throw .document(line: lines.count + 1) }
        sequence = found
    }

    /// `<64 hexadecimal digits>`, two spaces, a relative path of letters, digits, `-`, `_`, `.` and `/`.
    private static func isEntry(_ line: String) -> Bool {
        let (digest, rest) = (line.prefix(64), line.dropFirst(64))
        guard isDigest(digest), rest.hasPrefix("  ") else { return false }
        let path = rest.dropFirst(2)
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return (1...100).contains(path.utf8.count)
            && parts.allSatisfy { part in
                part != "" && part != "." && part != ".."
                    && part.utf8.allSatisfy {
                        (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                            || [0x2d, 0x2e, 0x5f].contains($0)
                    }
            }
    }
}

/// The lines of a text document, in order.
private struct Form {
    let label: String
    let lines: [(keyword: String, value: Value)]
    var hasEntries = false

    /// - Parameter kind: any but a ticket, which is not text.
    init(of kind: DocumentKind) {
        switch kind {
        case .manifest:
            label = "obscura-manifest/1"
            lines = [
                ("bundle", .bundle), ("station", .fingerprint), ("keys", .holder), ("seq", .sequence),
                ("prev", .digestOrNone), ("day", .day), ("epoch", .epoch), ("origin", .word(["live", "replay"])),
                ("policy", .digest), ("consent", .digest), ("recipients", .digest),
            ]
            hasEntries = true
        case .journalHead:
            label = "obscura-journal-head/1"
            lines = [("station", .fingerprint), ("seq", .sequence), ("head", .digest), ("time", .number)]
        case .tombstone:
            label = "obscura-tombstone/1"
            lines = [
                ("bundle", .bundle), ("station", .fingerprint), ("seq", .sequence), ("voids", .digest),
                ("reason", .reason), ("time", .number),
            ]
        case .notice:
            label = "obscura-notice/1"
            lines = [
                ("station", .fingerprint), ("seq", .sequence), ("consent", .digest),
                ("act", .word(["withdrawn", "restricted"])), ("time", .number),
            ]
        case .recovery:
            label = "obscura-recovery/1"
            lines = [
                ("station", .name), ("key", .fingerprint), ("former", .digestOrNone), ("keys", .holder),
                ("epoch", .epoch), ("firmware", .digest), ("recipient", .digestOrNone), ("time", .number),
            ]
        case .enrolment, .ticket:
            label = "obscura-enrolment/1"
            lines = [("station", .name), ("key", .fingerprint), ("keys", .holder), ("time", .number)]
        }
    }
}

/// What may stand behind a keyword.
private enum Value {
    case bundle, fingerprint, name, holder, sequence, epoch, digest, digestOrNone, day, reason, number
    case word([String])

    enum Answer {
        case yes, no
        case sequence(UInt64)
    }

    /// - Throws: the refusals that are about the signer and not about the form.
    func accepts(_ text: String, by signer: Signer) throws(KeyRefusal) -> Answer {
        switch self {
        case .bundle: return text.utf8.count == 26 && text.utf8.allSatisfy(Self.crockford.contains) ? .yes : .no
        case .fingerprint:
            guard isDigest(text) else { return .no }
            guard text == signer.fingerprint else { throw .otherStation }
        case .name:
            guard StationKey.isName(text) else { return .no }
            guard text == signer.station else { throw .otherStation }
        case .holder:
            guard let holder = KeyHolder(rawValue: text) else { return .no }
            guard holder == signer.holder else { throw .otherHolder }
        case .sequence: return decimal(text).map(Answer.sequence) ?? .no
        case .epoch:
            guard let value = decimal(text) else { return .no }
            guard value == signer.epoch else { throw .epoch(signer.epoch) }
        case .digest: return isDigest(text) ? .yes : .no
        case .digestOrNone: return text == "none" || isDigest(text) ? .yes : .no
        case .day: return Self.isDay(text) ? .yes : .no
        case .reason: return (1...200).contains(text.utf8.count) ? .yes : .no
        case .number: return decimal(text) == nil ? .no : .yes
        case .word(let words): return words.contains(text) ? .yes : .no
        }
        return .yes
    }

    /// Crockford's base32: no I, L, O, U.
    private static let crockford = Set("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// `YYYY-MM-DD`.
    private static func isDay(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2],
            parts.joined().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let month = UInt8(parts[1]), let day = UInt8(parts[2])
        else { return false }
        return (1...12).contains(month) && (1...31).contains(day)
    }
}
