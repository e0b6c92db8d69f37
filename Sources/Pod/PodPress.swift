import Linux
import PodCore

/// Something on the pod was pressed or let go.
package struct PodPress: Sendable, Equatable {
    package enum Source: Sendable { case pedal, hand }

    package let source: Source
    package let pressed: Bool
    /// The edge on CLOCK_MONOTONIC, nanoseconds.
    package let at: Int64
    /// By how much `at` may be wrong, either way.
    package let uncertainty: Duration

    package init(source: Source, pressed: Bool, at: Int64, uncertainty: Duration) {
        (self.source, self.pressed, self.at, self.uncertainty) = (source, pressed, at, uncertainty)
    }
}

extension PodPress.Source {
    init(_ input: PodInput) {
        self =
            switch input {
            case .pedal: .pedal
            case .hand: .hand
            }
    }
}

/// The pod as the station knows it now.
package struct PodView: Sendable {
    package enum Standing: Sendable {
        case away(PodError)
        /// Plugged in; `isLeased` is whether this station's session holds it.
        case here(PodHello, PodReport, isLeased: Bool)
    }

    package let standing: Standing
    package let counts: PodCounts
}

/// What became of the pod's events since the station began.
package struct PodCounts: Sendable, Equatable {
    /// Presses handed on.
    package internal(set) var presses = 0
    /// Presses that were older than the conversation: a pedal that was pressed while the station was away starts nothing.
    package internal(set) var late = 0
    /// Events that the pod handed out and the station did not get.
    package internal(set) var lost = 0
    /// Conversations that began.
    package internal(set) var openings = 0
}
