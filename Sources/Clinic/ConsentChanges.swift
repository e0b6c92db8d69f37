import BundleFormat
import Consent

/// A way to take a consent back.
package enum Withdrawal: String, Sendable, CaseIterable {
    /// For good: INVALID.
    case withdraw
    /// Until it is restored: SUSPENDED.
    case suspend
    /// Takes a suspension back.
    case restore

    var value: StatusValue {
        switch self {
        case .withdraw: .invalid
        case .suspend: .suspended
        case .restore: .valid
        }
    }
}

/// What the destruction of a consent's key did.
package struct Erasure: Sendable, Equatable {
    package let record: ConsentRecord
    /// Bundles in the store that nobody can open any more.
    package let bundles: Int
}

extension ClinicFolder {
    /// Changes where a consent, or one purpose of it, stands, and signs the list at once.
    ///
    /// - Parameter purpose: nil means the consent as a whole.
    package func change(
        _ record: ConsentRecord, purpose: Purpose?, to withdrawal: Withdrawal, at now: Int64
    ) throws(ClinicError) -> ConsentRecord {
        try alone { () throws(ClinicError) in
            var record = try consent(record.reference)
            let name = purpose?.rawValue ?? ConsentRecord.whole
            guard let place = record.entries.firstIndex(where: { $0.name == name }) else {
                throw .malformed("purpose", name)
            }
            guard record.entries[place].value != .invalid || withdrawal == .withdraw else {
                throw .alreadyWithdrawn(record.jti)
            }
            record.entries[place].value = withdrawal.value
            try put(record)
            try signListAlone(at: now)
            return record
        }
    }

    /// Destroys the key of a consent and withdraws it: every copy of every bundle under it dies.
    package func erase(_ record: ConsentRecord, at now: Int64) throws(ClinicError) -> Erasure {
        try alone { () throws(ClinicError) in
            var record = try consent(record.reference)
            if let time = record.erasedAt { throw .consentErased(time) }
            for place in record.entries.indices { record.entries[place].value = .invalid }
            record.erasedAt = now
            // The list first: once the key is gone no station may take another picture under it.
            try put(record)
            try signListAlone(at: now)
            try remove(Self.consentFolder(record.reference) + "/identity.age")
            return Erasure(record: record, bundles: try bundles(of: record.reference).count)
        }
    }

    /// The bundles in the store under a consent, by what their manifests say in clear.
    func bundles(of reference: ConsentReference) throws(ClinicError) -> [String] {
        var found: [String] = []
        for bundle in try storedBundles() {
            guard let scan = try? scan(bundle), scan.manifest.facts.consent.hex == reference.hex else { continue }
            found.append(bundle)
        }
        return found
    }
}
