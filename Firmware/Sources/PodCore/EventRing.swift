/// Events that wait for the host: the eight oldest; what comes when it is full is counted and lost.
struct EventRing: Sendable {
    static let size = 8

    private var events: [8 of Event] = .init(repeating: Event(type: .trigger))
    private var first = 0
    private(set) var count = 0
    private(set) var dropped: UInt32 = 0
    private var sequence: UInt16 = 0

    struct Event: Sendable {
        var type: PodEvent
        var a: UInt8 = 0
        var b: UInt8 = 0
        /// How many of its kind there were.
        var number: UInt32 = 0
        /// Microseconds of the pod's clock.
        var time: UInt64 = 0
    }

    mutating func put(_ event: Event) {
        guard count < Self.size else {
            dropped &+= 1
            return
        }
        events[(first + count) & (Self.size - 1)] = event
        count += 1
    }

    /// The oldest as a message of 24 bytes.
    mutating func next() -> Packet? {
        guard count > 0 else { return nil }
        let event = events[first]
        first = (first + 1) & (Self.size - 1)
        count -= 1
        var packet = Packet(MessageHeader(type: event.type.rawValue, sequence: sequence, length: 0))
        sequence &+= 1
        packet.append(event.a)
        packet.append(event.b)
        packet.append(UInt16(0))
        packet.append(event.number)
        packet.append(event.time)
        packet.close()
        return packet
    }
}
