import Linux

/// Feeds the watchdog by what the desk is for: a request through its own socket, answered by its own event loop.
struct Pulse: Sendable {
    let socket: String

    func run() -> Never {
        let heartbeat = Heartbeat()
        while true {
            if answers() { heartbeat.beat() }
            wait(milliseconds: CInt(clamping: heartbeat.intervalMilliseconds / 2))
        }
    }

    /// Whether `GET /v1` comes back with status 200.
    private func answers() -> Bool {
        guard let stream = try? UnixStream(connecting: socket) else { return false }
        let request = Array("GET /v1 HTTP/1.1\r\nHost: station\r\nConnection: close\r\n\r\n".utf8)
        guard (try? stream.sendAll(request.span)) != nil,
            let ready = try? poll([(stream.descriptor.number, .readable)], milliseconds: 5000), !ready[0].isEmpty,
            let answer = try? readSome(64, from: stream.descriptor)
        else { return false }
        return answer.starts(with: Array("HTTP/1.1 200".utf8))
    }
}
