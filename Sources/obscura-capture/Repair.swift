import BundleFormat
import Control
import Journal
import Linux
import Outbox

extension StationState {
    /// Puts journal and outbox in agreement after a start: a file that is there is charged, one that is not is released.
    mutating func repair() throws(Refusal) {
        let swept: Int
        do { swept = try outbox.sweep() } catch { throw .outbox(error) }
        if swept > 0 { tell(.swept(files: swept)) }
        let names: [BundleFileName]
        do { names = try outbox.bundles() } catch { throw .outbox(error) }
        let here = Dictionary(names.map { (Int64($0.seq), $0) }) { first, _ in first }
        for sequence in ledger.pending.keys.sorted() { try settle(sequence, here[sequence]) }
        // A restart ends the visit that was open: its bundles may leave.
        if let consent = ledger.openConsent {
            try record(.closed(consent: consent))
            tell(.visitEnded)
        }
        for (sequence, name) in here where ledger.held[sequence] == nil && ledger.pending[sequence] == nil {
            try clearLeftover(sequence, name)
        }
        for (sequence, name) in here where ledger.held[sequence] != nil && outbox.isBuried(name) {
            // The tombstone was durable before the crash: the void is finished.
            try record(.voided(sequence: sequence, reason: "restart"))
            tell(.voidFinished(sequence: sequence))
            try clearLeftover(sequence, name)
        }
        for sequence in ledger.held.keys where here[sequence] == nil { alarms.insert("bundle \(sequence) is missing") }
    }

    private mutating func settle(_ sequence: Int64, _ name: BundleFileName?) throws(Refusal) {
        guard let name else {
            try record(.released(sequence: sequence, reason: "restart"))
            tell(.shotReleased(sequence: sequence))
            return
        }
        do {
            let ticket = try outbox.check(name)
            try record(.committed(ticket.commitment))
            tell(.shotCharged(sequence: sequence))
        } catch let error as OutboxError {
            // A disk that cannot be read says nothing about the bundle: the start is tried again.
            if case .unreadable = error { throw .outbox(error) }
            alarms.insert(Refusal.outbox(error).line)
        } catch let refusal as Refusal { throw refusal } catch { return }
    }

    private mutating func clearLeftover(_ sequence: Int64, _ name: BundleFileName) throws(Refusal) {
        guard ledger.finished.contains(sequence) else {
            // Nothing is deleted that the journal does not know: better one alarm too many.
            alarms.insert("bundle \(sequence) is not in the journal")
            return
        }
        do { try outbox.clear(name) } catch { throw .outbox(error) }
        tell(.leftoverRemoved(sequence: sequence))
    }
}

extension OutboxTicket {
    /// What the journal says of it.
    var commitment: JournalEvent.Commitment {
        .init(
            sequence: Int64(name.seq), bundle: "\(name.id)", file: digest, manifest: manifest, size: Int64(size))
    }
}
