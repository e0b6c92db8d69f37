import AEAD
import BundleFormat
import Linux
import LockedMemory

/// One file of the journal: a header with a salt, then sealed records, each after its length.
///
///     "obscura-journal/1\n"  salt[32]  check[16]  { length u32 big-endian, ChaCha20-Poly1305(record) || tag[16] }*
///
/// Key and check are the 32 and 16 bytes of HKDF-SHA256(state key, salt, "obscura journal segment"): the check tells
/// another state key from a torn record. The nonce is the record's place in the segment. Every start of the station
/// begins a segment with a fresh salt, so a restored disk image can never repeat a nonce.
enum Segment {
    static let magic = Array("obscura-journal/1\n".utf8)
    static let headerCount = magic.count + 32 + 16
    /// Bytes of one record at most, sealed.
    static let recordBound = 64 * 1024
    /// Bytes of one segment at most.
    static let bound = 256 * 1024 * 1024

    static func name(_ number: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits + ".journal"
    }

    static func number(of name: String) -> Int? {
        guard name.hasSuffix(".journal"), let number = Int(name.dropLast(8)), self.name(number) == name else {
            return nil
        }
        return number
    }

    /// The segment's key (32 bytes) and check (16 bytes), one after the other.
    static func secrets(_ stateKey: borrowing LockedBytes, salt: Span<UInt8>) throws(JournalError) -> LockedBytes {
        do {
            var secrets = try LockedBytes(count: 48)
            var span = secrets.mutableSpan
            try deriveKey(from: stateKey.span, salt: salt, info: "obscura journal segment", into: &span)
            return secrets
        } catch { throw .cipher }
    }

    /// A segment's first bytes.
    static func header(salt: [UInt8], secrets: borrowing LockedBytes) -> [UInt8] {
        var header = magic + salt
        header.append(copying: secrets.span.extracting(32..<48))
        return header
    }

    /// The plain records of a segment's bytes, and whether its end was torn by a power cut.
    ///
    /// - Throws: `otherKey`; `altered(segment)` when a record before the last does not open.
    static func records(_ bytes: [UInt8], number: Int, key stateKey: borrowing LockedBytes) throws(JournalError)
        -> (records: [[UInt8]], torn: Bool)
    {
        guard bytes.count >= headerCount, Array(bytes.prefix(magic.count)) == magic else {
            throw .altered(segment: number)
        }
        let saltEnd = magic.count + 32
        let secrets = try secrets(stateKey, salt: bytes.span.extracting(magic.count..<saltEnd))
        guard equalInConstantTime(bytes.span.extracting(saltEnd..<headerCount), secrets.span.extracting(32..<48)) else {
            throw .otherKey
        }
        var records: [[UInt8]] = []
        var place = headerCount
        do {
            var cipher = try OpeningCipher(key: secrets.span.extracting(0..<32))
            while place < bytes.count {
                guard let end = end(ofFrameAt: place, in: bytes),
                    let record = open(bytes, place + 4..<end, record: records.count, &cipher)
                else {
                    // A power cut tears only the last record: each is durable before the next is written.
                    guard !anyRecord(from: place, in: bytes, atLeast: records.count, &cipher) else {
                        throw JournalError.altered(segment: number)
                    }
                    return (records, true)
                }
                records.append(record)
                place = end
            }
        } catch let error as JournalError { throw error } catch { throw .cipher }
        return (records, false)
    }

    /// Where the frame that begins at `place` ends; nil when its length cannot be one or runs past the end.
    private static func end(ofFrameAt place: Int, in bytes: [UInt8]) -> Int? {
        guard bytes.count - place >= 4 else { return nil }
        let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
        guard (16...recordBound).contains(length), length <= bytes.count - place - 4 else { return nil }
        return place + 4 + length
    }

    private static func open(_ bytes: [UInt8], _ range: Range<Int>, record: Int, _ cipher: inout OpeningCipher)
        -> [UInt8]?
    {
        var plain = [UInt8](repeating: 0, count: range.count - 16)
        var span = plain.mutableSpan
        do {
            try cipher.open(bytes.span.extracting(range), into: &span, at: 0, nonce: Nonce(counter: UInt64(record)))
        } catch { return nil }
        return plain
    }

    /// Whether an intact record, the `first` or one of the 64 after it, begins at `place` or anywhere behind it.
    private static func anyRecord(
        from place: Int, in bytes: [UInt8], atLeast first: Int, _ cipher: inout OpeningCipher
    ) -> Bool {
        for start in place..<max(place, bytes.count - 19) {
            guard let end = end(ofFrameAt: start, in: bytes) else { continue }
            for record in first...first + 64 where open(bytes, start + 4..<end, record: record, &cipher) != nil {
                return true
            }
        }
        return false
    }

    /// A record as it stands in the file: its length and its sealed bytes.
    static func frame(_ record: [UInt8], cipher: inout SealingCipher, place: UInt64) throws(JournalError) -> [UInt8] {
        var sealed = record + [UInt8](repeating: 0, count: 16)
        guard sealed.count <= recordBound else { throw .recordTooLarge(record.count) }
        do {
            var span = sealed.mutableSpan
            try cipher.seal(&span, nonce: Nonce(counter: place))
        } catch { throw .cipher }
        let length = sealed.count
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + sealed
    }
}
