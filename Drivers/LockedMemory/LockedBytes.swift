/// Bytes in locked pages with one owner: pixels, keys, plain text. Wiped when the owner lets go.
///
/// A 4096th of the length lies free in front, so that a cipher that adds 16 bytes to every 65 536 works in place.
package struct LockedBytes: ~Copyable, Sendable {
    private var mapping: Mapping
    private var start: Int
    /// Bytes.
    package private(set) var count: Int

    /// `count` zero bytes.
    package init(count: Int) throws(LockedMemoryError) {
        precondition(count >= 0)
        let front = Self.room(for: count)
        mapping = try Mapping(holding: front + count)
        start = front
        self.count = count
    }

    package init(copying bytes: Span<UInt8>) throws(LockedMemoryError) {
        try self.init(count: bytes.count)
        unsafe bytes.withUnsafeBufferPointer { source in
            if let first = source.baseAddress {
                unsafe (mapping.base + start).update(from: first, count: source.count)
            }
        }
    }

    init(_ mapping: consuming Mapping, start: Int, count: Int) {
        self.mapping = mapping
        self.start = start
        self.count = count
    }

    package var isEmpty: Bool { count == 0 }

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

    /// Puts `extra` bytes of any content before the first one, without copying where the room in front is enough.
    package mutating func extendFront(by extra: Int) throws(LockedMemoryError) {
        if extra <= start {
            start -= extra
            count += extra
            return
        }
        let wider = try LockedBytes(count: count + extra)
        unsafe (wider.mapping.base + wider.start + extra).update(from: mapping.base + start, count: count)
        self = wider
    }

    /// The free bytes in front of `count` bytes; a whole cache line more keeps the first byte aligned to 64.
    static func room(for count: Int) -> Int { (count / 4096 + 16 + 63) / 64 * 64 }
}
