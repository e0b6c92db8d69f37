/// Who may use the pod, and until when.
struct Lease: Equatable, Sendable {
    /// Milliseconds that a lease may last; a host renews it three times in each.
    static let milliseconds: ClosedRange<UInt16> = 1...2000

    /// Chosen by the host for each session, never 0.
    let session: UInt32
    /// Microseconds of the pod's clock.
    let ends: UInt64
}

/// What the pod is doing.
enum Phase: Equatable, Sendable {
    case idle
    case leased(Lease)
    /// Lamp, lights and camera have had power since (microseconds).
    case capturing(Lease, since: UInt64)
    case fault(PodFault)

    /// As a reply says it.
    var code: UInt8 {
        switch self {
        case .idle: 0
        case .leased: 1
        case .capturing: 2
        case .fault: 3
        }
    }

    var lease: Lease? {
        switch self {
        case .leased(let lease), .capturing(let lease, _): lease
        case .idle, .fault: nil
        }
    }

    var fault: PodFault? {
        if case .fault(let fault) = self { fault } else { nil }
    }

    var isCapturing: Bool {
        if case .capturing = self { true } else { false }
    }

    /// - Throws: `interlock` in a fault, `lease` for everyone but the holder.
    func require(_ session: UInt32) throws(PodStatus) {
        guard fault == nil else { throw .interlock }
        guard let lease, lease.session == session else { throw .lease }
    }
}
