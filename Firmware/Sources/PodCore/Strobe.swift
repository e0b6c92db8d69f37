/// Which light flashes at which frame of the camera: up to four entries, one a frame, again and again.
struct StrobeList: Sendable {
    static let most = 4
    /// Microseconds that a flash may last.
    static let widths: ClosedRange<UInt16> = 1...20_000

    struct Entry: Sendable {
        var channel: LightChannel = .crossPolarised
        /// Microseconds from the camera's edge to the flash, and how long it lasts.
        var delay: UInt16 = 0
        var width: UInt16 = 1
    }

    private var entries: [4 of Entry] = .init(repeating: Entry())
    private(set) var count = 0
    private var next = 0

    init() {}

    /// - Throws: `argument`, `length`.
    init(_ reader: inout PacketReader) throws(PodStatus) {
        let wanted = Int(try reader.byte())
        guard wanted <= Self.most else { throw .argument }
        for place in 0..<wanted {
            guard let channel = LightChannel(rawValue: try reader.byte()) else { throw .argument }
            let (delay, width) = (try reader.number16(), try reader.number16())
            guard Self.widths.contains(width) else { throw .argument }
            entries[place] = Entry(channel: channel, delay: delay, width: width)
        }
        count = wanted
    }

    /// The entry of this frame, nil where nothing flashes.
    mutating func advance() -> Entry? {
        guard count > 0 else { return nil }
        defer { next = next + 1 == count ? 0 : next + 1 }
        return entries[next]
    }
}
