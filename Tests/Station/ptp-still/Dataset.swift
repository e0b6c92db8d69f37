/// Writes and reads the values of ISO 15740 datasets, little-endian as PTP over USB has them.
struct Dataset {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ value: UInt8) { bytes.append(value) }
    mutating func put(_ value: UInt16) { append(UInt64(value), 2) }
    mutating func put(_ value: UInt32) { append(UInt64(value), 4) }
    mutating func put(_ value: UInt64) { append(value, 8) }

    /// A count, then so many values (ISO 15740, 5.3.4).
    mutating func put(_ values: [UInt16]) {
        put(UInt32(values.count))
        for value in values { put(value) }
    }

    mutating func put(_ values: [UInt32]) {
        put(UInt32(values.count))
        for value in values { put(value) }
    }

    /// A count of UTF-16 units with the closing zero among them, then the units (ISO 15740, 5.3.5); empty is the count alone.
    mutating func put(_ text: String) {
        let units = Array(text.utf16.prefix(254))
        guard !units.isEmpty else { return put(UInt8(0)) }
        put(UInt8(units.count + 1))
        for unit in units + [0] { put(unit) }
    }

    private mutating func append(_ value: UInt64, _ count: Int) {
        for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
    }
}

extension [UInt8] {
    /// The little-endian number of `count` bytes at `offset`; nil where they are not all there.
    func number(at offset: Int, bytes count: Int) -> UInt32? {
        guard offset >= 0, offset + count <= self.count else { return nil }
        return self[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
