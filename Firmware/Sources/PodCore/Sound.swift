/// Tones as notes of a fixed length: which one sounds follows from the time since the tone began.
struct Sound: Sendable {
    /// Microseconds of a note, and of the silence behind it.
    private static let note: UInt64 = 90_000

    private var tone: PodTone?
    private var began: UInt64 = 0

    mutating func play(_ tone: PodTone, at time: UInt64) { (self.tone, began) = (tone, time) }

    mutating func stop() { tone = nil }

    /// Hertz now, 0 for silence.
    mutating func hertz(at time: UInt64) -> UInt16 {
        guard let tone else { return 0 }
        var left = time &- began
        let notes = tone.notes
        for place in 0..<notes.count {
            if left < Self.note { return notes[place] }
            left -= Self.note
        }
        self.tone = nil
        return 0
    }
}

extension PodTone {
    /// Hertz of up to four notes, 0 for silence; each tone has its own rhythm too, for ears that do not tell pitches.
    public var notes: [4 of UInt16] {
        switch self {
        case .exposed: [1760, 0, 0, 0]
        case .durable: [880, 0, 1760, 0]
        case .refused: [220, 220, 220, 220]
        case .maskRefused: [440, 0, 220, 220]
        case .nextSite: [1320, 0, 1320, 0]
        }
    }
}
