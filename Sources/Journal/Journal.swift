import AEAD
import BundleFormat
import JOSE
import Linux
import LockedMemory

/// Why the journal cannot be read or written.
package enum JournalError: Error, Equatable, Sendable {
    /// A record does not open, is not the next of the chain, or is not a record: someone changed the file.
    case altered(segment: Int)
    /// The state key is another one than the journal was written with.
    case otherKey
    case recordTooLarge(Int)
    case cipher
    /// The record could not be made durable; nothing may be told that depends on it.
    case notDurable(SystemCallError)
    case unreadable(FileError)
}

/// One record as it was read or written.
package struct JournalRecord: Sendable, Equatable {
    package let number: Int64
    /// Seconds since 1970 by the station's clock.
    package let time: Int64
    package let event: JournalEvent
    /// The record's canonical JSON.
    package let object: JSONObject
}

/// The station's audit trail and consent ledger: append-only, hash-chained, sealed under the TPM's state key.
///
/// A record is durable when `append` returns. State is a fold of the records (`ledger`) and is kept nowhere else.
package struct Journal: ~Copyable, Sendable {
    private let folder: Folder
    private let lock: FolderLock
    private var file: Descriptor
    /// Number of the segment that is being written.
    private var segment: Int
    private var cipher: SealingCipher
    private var place: UInt64 = 0
    /// Bytes of the segment that is being written.
    private var size = Segment.headerCount
    private var number: Int64
    /// Records written so far.
    package var count: Int64 { number }
    /// SHA-256 of the last record's plain bytes.
    package private(set) var head: Digest
    package private(set) var ledger: Ledger
    /// Segments whose end a power cut had torn; what stood there was never acknowledged.
    package let tornSegments: [Int]
    private var condition = Condition.sound

    private enum Condition {
        case sound
        /// The last record did not fit on the disk: at most its beginning is there.
        case cut
        /// The last record is there or is not.
        case unknown
    }

    /// Whether the last record did not fit on the disk; `goOn` mends it.
    package var isCut: Bool { condition == .cut }

    /// Whether the last record is there or is not, because its sync failed; only opening the journal anew tells.
    package var isUncertain: Bool { condition == .unknown }

    /// Reads every segment, checks the chain, writes the last segment anew and begins another one.
    ///
    /// - Throws: `unreadable` with EWOULDBLOCK while another process has this journal open.
    package init(folder: consuming Folder, stateKey: borrowing LockedBytes) throws(JournalError) {
        // Two writers would fork the chain, and nothing could ever read it again.
        let lock: FolderLock
        do { lock = try folder.lock() } catch { throw .unreadable(.system(error)) }
        let history = try Self.read(folder, stateKey) { _ in }
        if history.last > 0 { try Self.settle(history.last, as: history.tail, in: folder) }
        let begun = try Self.begin(history.last + 1, in: folder, stateKey: stateKey)
        (number, head, ledger) = (history.chain.number, history.chain.head, history.chain.ledger)
        tornSegments = history.torn
        segment = history.last + 1
        file = begun.file
        cipher = begun.cipher
        self.folder = folder
        self.lock = lock
    }

    private struct History {
        var chain: Chain
        var torn: [Int] = []
        /// Number of the last segment.
        var last = 0
        /// Its bytes.
        var tail: [UInt8] = []
    }

    /// Reads all segments, which are numbered from 1 without a gap.
    private static func read(
        _ folder: borrowing Folder, _ stateKey: borrowing LockedBytes, each: (JournalRecord) -> Void
    ) throws(JournalError) -> History {
        var history = History(chain: try Chain())
        for number in try segments(folder) {
            guard number == history.last + 1 else { throw .altered(segment: history.last + 1) }
            let bytes: [UInt8]
            do { bytes = try folder.read(Segment.name(number), bound: Segment.bound) } catch {
                throw .unreadable(error)
            }
            let read: (records: [[UInt8]], torn: Bool)
            do { read = try Segment.records(bytes, number: number, key: stateKey) } catch {
                // Where the key fitted the segment before, it is the segment that does not.
                throw error == .otherKey && number > 1 ? .altered(segment: number) : error
            }
            for record in read.records { each(try history.chain.take(record, segment: number)) }
            if read.torn { history.torn.append(number) }
            history.last = number
            history.tail = bytes
        }
        return history
    }

    /// Makes a segment durable as it was read, in a file of its own that takes its place.
    ///
    /// After a sync that failed the kernel holds the pages for clean: they are read as if they were on the disk, and
    /// another sync of the same file succeeds without writing them. Only bytes that are written anew and synced are a
    /// ground for what follows. The segments before the last one have no such end: each was left after a sync.
    private static func settle(_ number: Int, as bytes: [UInt8], in folder: borrowing Folder) throws(JournalError) {
        do { try folder.put(bytes, as: Segment.name(number), mode: 0o600) } catch { throw .notDurable(error) }
    }

    private struct Begun: ~Copyable {
        let file: Descriptor
        let cipher: SealingCipher
    }

    /// Makes the next segment, empty and durable.
    private static func begin(
        _ number: Int, in folder: borrowing Folder, stateKey: borrowing LockedBytes
    ) throws(JournalError) -> Begun {
        let salt: [UInt8]
        do { salt = try randomBytes(32) } catch { throw .cipher }
        let secrets = try Segment.secrets(stateKey, salt: salt.span)
        let cipher: SealingCipher
        do { cipher = try SealingCipher(key: secrets.span.extracting(0..<32)) } catch { throw .cipher }
        do {
            let header = Segment.header(salt: salt, secrets: secrets)
            try folder.put(header, as: Segment.name(number), mode: 0o600)
            return Begun(file: try folder.openToAppend(Segment.name(number)), cipher: cipher)
        } catch { throw .notDurable(error) }
    }

    private static func segments(_ folder: borrowing Folder) throws(JournalError) -> [Int] {
        do { return try folder.names().compactMap(Segment.number(of:)).sorted() } catch {
            throw .unreadable(.system(error))
        }
    }

    /// Writes one event down; when this returns, a power cut cannot undo it.
    ///
    /// - Parameter time: seconds since 1970.
    package mutating func append(_ event: JournalEvent, at time: Int64) throws(JournalError) {
        // After a failed write nothing more belongs behind the file's end.
        guard condition == .sound else { throw .notDurable(SystemCallError(call: "write", errno: 5)) }
        // A longer segment could not be read at the next start, which begins another one.
        guard size <= Segment.bound - Segment.recordBound - 4 else {
            throw .notDurable(SystemCallError(call: "write", errno: 27))
        }
        let record = Chain.record(event, number: number + 1, time: time, previous: head)
        let frame = try Segment.frame(record, cipher: &cipher, place: place)
        do {
            try requireWritable(file)
            try writeAll(frame, to: file)
        } catch {
            condition = .cut
            throw .notDurable(error)
        }
        do { try syncData(file) } catch {
            // Not tried again: the second sync would succeed over what the first one lost.
            condition = .unknown
            throw .notDurable(error)
        }
        place += 1
        size += frame.count
        number += 1
        head = try digest(of: record)
        ledger.apply(event, at: time)
    }

    /// Begins another segment after a record that did not fit, whose beginning stays behind as a torn end.
    ///
    /// A segment of its own, because a place in the old one may have been written under its nonce already. Not after a
    /// sync that failed: whether that record is on the disk, only the next start can read.
    /// - Throws: `notDurable` while the disk has no room for it.
    package mutating func goOn(stateKey: borrowing LockedBytes) throws(JournalError) {
        guard isCut else { return }
        let begun = try Self.begin(segment + 1, in: folder, stateKey: stateKey)
        segment += 1
        (place, size) = (0, Segment.headerCount)
        file = begun.file
        cipher = begun.cipher
        condition = .sound
    }

    /// The last `count` records, oldest first, read from the disk and checked again.
    ///
    /// - Throws: `altered` also where the records on the disk end before the last that was written.
    package func last(_ count: Int, stateKey: borrowing LockedBytes) throws(JournalError) -> [JournalRecord] {
        var records: [JournalRecord] = []
        let history = try Self.read(folder, stateKey) { records.append($0) }
        guard condition != .sound || history.chain.head == head else { throw .altered(segment: history.last) }
        return Array(records.suffix(max(0, count)))
    }
}

/// SHA-256 of a record.
func digest(of record: [UInt8]) throws(JournalError) -> Digest {
    do { return try Digest.of(record) } catch { throw .cipher }
}
