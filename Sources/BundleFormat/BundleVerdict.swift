import AEAD
import Linux

/// One thing that was looked at, and how it turned out: a line of the clinic's verdict.
package struct BundleCheck: Sendable, Equatable {
    package enum Subject: String, Sendable, CaseIterable {
        case layout, chain, stationKey = "station key", signature, entries
        case recipients, index, identity, assets
    }

    package enum Outcome: Sendable, Equatable {
        case passed
        /// One line for a person, lower case, no full stop.
        case failed(String)
        /// There was nothing to compare with, and why.
        case skipped(String)
    }

    package let subject: Subject
    package let outcome: Outcome

    package init(_ subject: Subject, _ outcome: Outcome) {
        self.subject = subject
        self.outcome = outcome
    }
}

/// What a reader knows of the station's bundle before this one.
package enum ChainPoint: Sendable, Equatable {
    /// Nothing is known, so the chain is not checked.
    case unknown
    /// No bundle came before.
    case start
    case after(seq: UInt64, manifest: Digest)
}

/// A bundle whose layout, signature and every hash held, under a key that the caller trusts.
package struct VerifiedBundle: Sendable {
    package let scan: BundleScan
    package let key: StationKey
    package let checks: [BundleCheck]

    package var manifest: Manifest { scan.manifest }
    package var facts: BundleFacts { scan.manifest.facts }
    package var name: BundleFileName {
        get throws(BundleError) { try BundleFileName(seq: facts.seq, id: facts.bundle) }
    }
}

/// A bundle is not what it should be: every check that was made, the failed one last.
package struct BundleRefused: Error, Equatable {
    package let checks: [BundleCheck]

    package init(_ checks: [BundleCheck]) { self.checks = checks }

    /// The failed check in one line.
    package var reason: String {
        guard let last = checks.last, case .failed(let text) = last.outcome else { return "nothing was checked" }
        return "\(last.subject.rawValue): \(text)"
    }
}

extension BundleScan {
    /// Checks in the format's order: chain, then signature, then hashes. Public keys only.
    ///
    /// - Parameters:
    ///   - key: a key the caller trusts from elsewhere, never the one the bundle brought.
    ///   - previous: what the caller knows of the bundle before.
    package func verified(by key: StationKey, after previous: ChainPoint) throws(BundleRefused) -> VerifiedBundle {
        var checks = [BundleCheck(.layout, .passed)]
        func require(_ subject: BundleCheck.Subject, _ holds: Bool, _ reason: String) throws(BundleRefused) {
            if !holds { throw BundleRefused(checks + [BundleCheck(subject, .failed(reason))]) }
        }

        let facts = manifest.facts
        switch previous {
        case .unknown: checks.append(BundleCheck(.chain, .skipped("the bundle before this one is not known here")))
        case .start:
            try require(.chain, facts.previous == nil, "it names a bundle before it that is not known")
            checks.append(BundleCheck(.chain, .passed))
        case .after(let seq, let digest):
            try require(.chain, facts.seq > seq, "its number \(facts.seq) does not follow \(seq)")
            try require(.chain, facts.previous == digest, "it does not follow the bundle numbered \(seq)")
            checks.append(BundleCheck(.chain, .passed))
        }
        try require(.stationKey, facts.station == key.fingerprint, "the manifest names another key")
        try require(.stationKey, broughtKey == key, "the bundle brings another key")
        checks.append(BundleCheck(.stationKey, .passed))
        let signed = checkP256(signature: signature.span, of: manifestText.span, key: key.der.span)
        try require(.signature, signed == .valid, "the manifest was not signed by this station")
        checks.append(BundleCheck(.signature, .passed))
        let listed = entries.filter(\.path.isListed).map { Manifest.Entry(path: $0.path, digest: $0.digest) }
        try require(.entries, listed.map(\.path) == manifest.entries.map(\.path), "entries differ from the manifest's")
        for (found, promised) in zip(listed, manifest.entries) {
            try require(.entries, found == promised, "\(found.path) was altered")
        }
        checks.append(BundleCheck(.entries, .passed))
        return VerifiedBundle(scan: self, key: key, checks: checks)
    }

    /// Reads an open file to its end.
    ///
    /// - Throws: `BundleRefused` for a wrong layout; `SystemCallError` where the file cannot be read.
    package static func read(_ file: borrowing Descriptor) throws -> BundleScan {
        do {
            var scanner = try BundleScanner()
            while let bytes = try readSome(1 << 20, from: file) { try scanner.take(bytes.span) }
            return try scanner.finish()
        } catch let error as BundleError {
            throw BundleRefused([BundleCheck(.layout, .failed(error.sentence))])
        }
    }

    /// A whole bundle in memory.
    package static func read(_ bytes: Span<UInt8>) throws(BundleError) -> BundleScan {
        var scanner = try BundleScanner()
        try scanner.take(bytes)
        return try scanner.finish()
    }
}

extension BundleError {
    /// One line for a person.
    package var sentence: String {
        switch self {
        case .line(let number, let document): "line \(number) of the \(document.rawValue) is malformed"
        case .value(let field): "malformed \(field.rawValue)"
        case .tar(let offset): "not a canonical tar at byte \(offset)"
        case .truncated(let offset): "cut short at byte \(offset)"
        case .entry(let name): "unexpected entry \(name)"
        case .tooLarge(let path, let size): "\(path) is too large (\(size) bytes)"
        case .tooManyEntries: "too many entries"
        case .hashing: "the crypto library refused to hash"
        }
    }
}
