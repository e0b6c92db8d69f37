/// Locked bytes that grow at the end. Growing copies to new pages and wipes the old ones.
package struct LockedBuffer: ~Copyable, Sendable {
    private var mapping: Mapping
    private var start: Int
    /// Bytes written so far.
    package private(set) var count = 0

    /// An empty buffer that takes `capacity` bytes before it has to grow.
    package init(capacity: Int = 65536) throws(LockedMemoryError) {
        precondition(capacity >= 0)
        start = LockedBytes.room(for: capacity)
        mapping = try Mapping(holding: start + capacity)
    }

    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let span = unsafe Span(_unsafeStart: UnsafePointer(mapping.base + start), count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    package var mutableSpan: MutableSpan<UInt8> {
        @_lifetime(&self)
        mutating get {
            let span = unsafe MutableSpan(_unsafeStart: mapping.base + start, count: count)
            return unsafe _overrideLifetime(span, mutating: &self)
        }
    }

    package mutating func append(_ bytes: Span<UInt8>) throws(LockedMemoryError) {
        try reserve(bytes.count)
        unsafe bytes.withUnsafeBufferPointer { source in
            if let first = source.baseAddress {
                unsafe (mapping.base + start + count).update(from: first, count: source.count)
            }
        }
        count += bytes.count
    }

    package mutating func append(_ bytes: [UInt8]) throws(LockedMemoryError) { try append(bytes.span) }

    package mutating func append(_ byte: UInt8) throws(LockedMemoryError) {
        try reserve(1)
        unsafe mapping.base[start + count] = byte
        count += 1
    }

    /// Appends `count` zero bytes.
    package mutating func append(zeros count: Int) throws(LockedMemoryError) {
        precondition(count >= 0)
        try reserve(count)
        unsafe (mapping.base + start + self.count).update(repeating: 0, count: count)
        self.count += count
    }

    /// Makes sure that `extra` more bytes fit without growing.
    package mutating func reserve(_ extra: Int) throws(LockedMemoryError) {
        if start + count + extra <= mapping.length { return }
        let capacity = max(count + extra, 2 * count)
        let front = LockedBytes.room(for: capacity)
        let larger = try Mapping(holding: front + capacity)
        unsafe (larger.base + front).update(from: mapping.base + start, count: count)
        mapping = larger
        start = front
    }

    /// The bytes written, without another copy.
    package consuming func finish() -> LockedBytes {
        LockedBytes(mapping, start: start, count: count)
    }
}
