import BundleFormat
import JOSE

/// The hash chain and the fold, as records are read one after another.
struct Chain {
    private(set) var number: Int64 = 0
    /// SHA-256 of the record before; of nothing, before the first.
    private(set) var head: Digest
    private(set) var ledger = Ledger()

    init() throws(JournalError) { head = try digest(of: []) }

    /// A record's plain bytes: canonical JSON with its number, its time, the hash of the record before, and the event.
    static func record(_ event: JournalEvent, number: Int64, time: Int64, previous: Digest) -> [UInt8] {
        var object = event.object
        object.set("n", .integer(number))
        object.set("at", .integer(time))
        object.set("prev", .string(previous.hex))
        return object.canonical
    }

    /// Takes the next record.
    ///
    /// - Throws: `altered` when it is not a record or not the next one.
    mutating func take(_ bytes: [UInt8], segment: Int) throws(JournalError) -> JournalRecord {
        do {
            var reader = try ObjectReader(parsing: bytes, bound: Segment.recordBound)
            let found = try reader.integer("n")
            let time = try reader.integer("at")
            let previous = try reader.digest("prev")
            let event = try JournalEvent(reading: &reader)
            try reader.finish()
            guard found == number + 1, previous == head,
                case .object(let object) = try JSON(parsing: bytes, bound: bytes.count)
            else { throw JournalError.altered(segment: segment) }
            number = found
            head = try digest(of: bytes)
            ledger.apply(event, at: time)
            return JournalRecord(number: found, time: time, event: event, object: object)
        } catch { throw .altered(segment: segment) }
    }
}
