/// Every aligned 64-byte window of the plain files that is rich enough to be told from padding and tables.
///
/// A run of 127 plain bytes anywhere holds one of them whole, so such a run cannot be missed.
struct Windows {
    static let length = 64
    static let leastDistinct = 32
    private static let factor: UInt64 = 0x9e37_79b9_7f4a_7c15
    private static let spread: UInt64 = 0xd6e8_feb8_6659_fd93
    /// `factor` to the power of the window's length: what the byte that leaves a window has been multiplied with.
    private static let leaving = (0..<length).reduce(UInt64(1)) { power, _ in power &* factor }
    private static let filterBits = 25

    /// One place in a plain file.
    struct Place: Equatable {
        let file: Int
        let offset: Int
    }

    private let files: [[UInt8]]
    private var places: [UInt64: Place] = [:]
    /// One bit a hash: says no for nearly every window of a foreign file without a look into the table.
    private var filter = [UInt64](repeating: 0, count: 1 << (filterBits - 6))
    /// Windows taken from each file.
    private(set) var counts: [Int]

    init(of files: [[UInt8]]) {
        self.files = files
        counts = files.map { _ in 0 }
        for (number, bytes) in files.enumerated() {
            for start in stride(from: 0, through: bytes.count - Self.length, by: Self.length) {
                let window = bytes[start..<start + Self.length]
                guard Set(window).count >= Self.leastDistinct else { continue }
                let hash = window.reduce(UInt64(0)) { $0 &* Self.factor &+ UInt64($1) }
                counts[number] += 1
                places[hash] = Place(file: number, offset: start)
                let bit = Self.bit(hash)
                filter[bit >> 6] |= 1 << UInt64(bit & 63)
            }
        }
    }

    private static func bit(_ hash: UInt64) -> Int { Int((hash &* spread) >> UInt64(64 - filterBits)) }

    /// Rolls over `bytes` and calls `found` for each window that stands in a plain file, byte for byte.
    func search(_ bytes: [UInt8], found: (_ offset: Int, Place) -> Void) {
        guard bytes.count >= Self.length else { return }
        let (factor, leaving) = (Self.factor, Self.leaving)
        let (haystack, filter) = (bytes.span, filter.span)
        var hash: UInt64 = 0
        for index in 0..<Self.length { hash = hash &* factor &+ UInt64(haystack[index]) }
        var start = 0
        while true {
            let bit = Self.bit(hash)
            if filter[bit >> 6] >> UInt64(bit & 63) & 1 == 1, let place = places[hash] {
                let plain = files[place.file][place.offset..<place.offset + Self.length]
                if plain.elementsEqual(bytes[start..<start + Self.length]) { found(start, place) }
            }
            let end = start + Self.length
            guard end < bytes.count else { return }
            hash = hash &* factor &+ UInt64(haystack[end]) &- UInt64(haystack[start]) &* leaving
            start += 1
        }
    }
}
