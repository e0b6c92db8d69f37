import JOSE

/// How delivery goes: `forward.json` in the inbox, written by forward, read by capture.
///
/// Foreign bytes to capture: a taken-over forward can say what it likes, in these words and numbers only.
package struct ForwardReport: Equatable, Sendable {
    package static let file = "forward.json"
    /// The largest report that is read, bytes.
    package static let bound = 1024
    /// The last second of the year 9999.
    private static let lastSecond: Int64 = 253_402_300_799

    /// Bundles that may go and have no receipt yet.
    package var queued: Int64 = 0
    /// Bundles for which a receipt was fetched since the start.
    package var sent: Int64 = 0
    /// What keeps something in the outbox; nil when nothing does.
    package var lastError: ForwardFault?
    /// Since when `lastError` is what it is, seconds since 1970.
    package var since: Int64

    package init(since: Int64) { self.since = since }

    package init(parsing bytes: [UInt8]) throws(JOSEError) {
        var reader = try ObjectReader(parsing: bytes, bound: Self.bound)
        queued = try reader.integer("queued")
        sent = try reader.integer("sent")
        since = try reader.integer("since")
        let word = try reader.string("last_error")
        try reader.finish()
        guard queued >= 0 else { throw .invalid("queued") }
        guard sent >= 0 else { throw .invalid("sent") }
        guard (0...Self.lastSecond).contains(since) else { throw .invalid("since") }
        if word != "none" {
            guard let fault = ForwardFault(rawValue: word) else { throw .invalid("last_error") }
            lastError = fault
        }
    }

    package var json: [UInt8] {
        JSONObject([
            ("queued", .integer(queued)), ("sent", .integer(sent)),
            ("last_error", .string(lastError?.rawValue ?? "none")), ("since", .integer(since)),
        ]).canonical
    }
}
