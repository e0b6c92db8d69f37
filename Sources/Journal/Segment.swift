import AEAD
import Linux
import LockedMemory

/// One file of the journal: a header with a salt, then sealed records, each after its length.
///
///     "obscura-journal/1\n"  salt[32]  { length u32 big-endian, ChaCha20-Poly1305(record) || tag[16] }*
///
/// The key is HKDF-SHA256(state key, salt, "obscura journal segment"); the nonce is the record's place in the segment.
/// Every start of the station begins a segment with a fresh salt, so a restored disk image can never repeat a nonce.
enum Segment {
    static let magic = Array("obscura-journal/1\n".utf8)
    static let headerCount = magic.count + 32
    /// Bytes of one record at most, sealed.
    static let recordBound = 64 * 1024
    /// Bytes of one segment at most.
    static let bound = 256 * 1024 * 1024

    static func name(_ number: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits + ".journal"
    }

    static func number(of name: String) -> Int? {
        guard name.hasSuffix(".journal"), let number = Int(name.dropLast(8)), self.name(number) == name else { return nil }
        return number
    }

    static func key(_ stateKey: borrowing LockedBytes, salt: Span<UInt8>) throws(JournalError) -> LockedBytes {
        do {
            var key = try LockedBytes(count: 32)
            var span = key.mutableSpan
            try deriveKey(from: stateKey.span, salt: salt, info: "obscura journal segment", into: &span)
            return key
        } catch { throw .cipher }
    }

    /// The plain records of a segment's bytes, and whether its end was torn by a power cut.
    ///
    /// - Throws: `altered(segment)` when a record before the last does not open.
    static func records(_ bytes: [UInt8], number: Int, key stateKey: borrowing LockedBytes) throws(JournalError)
        -> (records: [[UInt8]], torn: Bool)
    {
        guard bytes.count >= headerCount, Array(bytes.prefix(magic.count)) == magic else { throw .altered(segment: number) }
        let key = try key(stateKey, salt: bytes.span.extracting(magic.count..<headerCount))
        var records: [[UInt8]] = []
        var place = headerCount
        do {
            var cipher = try OpeningCipher(key: key.span)
            while place < bytes.count {
                guard bytes.count - place >= 4 else { return (records, true) }
                let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
                let end = place + 4 + length
                // A torn length is as likely as a torn record: only what follows could tell, and nothing follows.
                guard length >= 16, length <= recordBound, end <= bytes.count else { return (records, true) }
                var record = Array(bytes[place + 4..<end])
                do {
                    var span = record.mutableSpan
                    try cipher.open(&span, nonce: Nonce(counter: UInt64(records.count)))
                } catch {
                    if end == bytes.count { return (records, true) }
                    throw JournalError.altered(segment: number)
                }
                record.removeLast(16)
                records.append(record)
                place = end
            }
        } catch let error as JournalError { throw error } catch { throw .cipher }
        return (records, false)
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
