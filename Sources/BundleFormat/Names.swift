import AEAD

/// A bundle's name: 128 random bits as 26 characters of Crockford's base32, upper case.
package struct BundleID: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    package static func random() throws(AEADError) -> BundleID {
        BundleID(bits: try randomBytes(16).reduce(0) { $0 << 8 | UInt128($1) })
    }

    package init(bits: UInt128) {
        var rest = bits
        var text: [UInt8] = []
        for _ in 0..<26 {
            text.append(Self.alphabet[Int(rest & 31)])
            rest >>= 5
        }
        description = String(decoding: text.reversed(), as: UTF8.self)
    }

    /// Only the form that is written: no lower case, no look-alikes, no 129th bit.
    package init(parsing text: some StringProtocol) throws(BundleError) {
        let bytes = Array(text.utf8)
        guard bytes.count == 26, bytes.allSatisfy(Self.alphabet.contains), bytes[0] <= UInt8(ascii: "7") else {
            throw .value(.bundleID)
        }
        description = String(text)
    }
}

/// A station's name as it appears in bundles and file names: `a-z`, `0-9`, `-`, at most 32 bytes.
package struct StationName: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(parsing text: some StringProtocol) throws(BundleError) {
        guard (1...32).contains(text.utf8.count) else { throw .value(.stationName) }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): continue
            case UInt8(ascii: "-"): continue
            default: throw .value(.stationName)
            }
        }
        description = String(text)
    }
}

/// Where a station's signing key lives.
package enum KeyOrigin: String, Sendable { case tpm, software }

/// Where a bundle's pictures come from: a device, or files played at a demonstration.
package enum PictureOrigin: String, Sendable { case live, replay }

/// A UTC day, `YYYY-MM-DD`; the only time a bundle shows in clear.
package struct Day: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(parsing text: some StringProtocol) throws(BundleError) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else {
            throw .value(.day)
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = Self.number(parts[0]), let month = Self.number(parts[1]),
            let day = Self.number(parts[2]), year >= 1970, (1...12).contains(month),
            day >= 1, day <= Self.days(in: month, of: year)
        else { throw .value(.day) }
        description = String(text)
    }

    /// The day of a moment, counted in seconds since 1970 (civil-from-days, proleptic Gregorian).
    package init(secondsSince1970 seconds: UInt64) {
        var rest = Int(seconds / 86400)
        var year = 1970
        while rest >= Self.days(in: year) {
            rest -= Self.days(in: year)
            year += 1
        }
        var month = 1
        while rest >= Self.days(in: month, of: year) {
            rest -= Self.days(in: month, of: year)
            month += 1
        }
        description = "\(padded(year, 4))-\(padded(month, 2))-\(padded(rest + 1, 2))"
    }

    private static func number(_ text: some StringProtocol) -> Int? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func leap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
    private static func days(in year: Int) -> Int { leap(year) ? 366 : 365 }
    private static func days(in month: Int, of year: Int) -> Int {
        [31, leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }
}

/// The largest sequence number that file names hold: 12 digits.
package let greatestSequence: UInt64 = 999_999_999_999

/// `<seq, 12 digits>-<id>`: the stem of every file that belongs to one bundle.
package struct BundleFileName: Hashable, Sendable, CustomStringConvertible {
    package let seq: UInt64
    package let id: BundleID

    package init(seq: UInt64, id: BundleID) throws(BundleError) {
        guard seq <= greatestSequence else { throw .value(.fileName) }
        self.seq = seq
        self.id = id
    }

    package init(parsing text: some StringProtocol) throws(BundleError) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 12,
            parts[0].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let seq = UInt64(parts[0])
        else { throw .value(.fileName) }
        try self.init(seq: seq, id: BundleID(parsing: parts[1]))
    }

    package var description: String { "\(padded(seq, 12))-\(id)" }
}

func padded(_ number: some BinaryInteger, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
