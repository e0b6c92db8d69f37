/// Lets one request at a time work on an upload; a new one ends the one before.
///
/// An actor because two connections can name the same upload: a station whose connection died comes back before the
/// store has noticed.
actor UploadDesk {
    private struct Work: Sendable {
        let number: Int
        let cancel: @Sendable () -> Void
        let ended: @Sendable () async -> Void
    }

    private var running: [UploadName: Work] = [:]
    private var last = 0

    func run<Value: Sendable>(
        _ upload: UploadName, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let previous = running[upload]
        let task = Task {
            if let previous { await Self.end(previous) }
            return try await body()
        }
        last += 1
        let number = last
        running[upload] = Work(number: number, cancel: { task.cancel() }, ended: { _ = await task.result })
        defer { if running[upload]?.number == number { running[upload] = nil } }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Lets a request whose connection ended take what has arrived of it; one that does not end is broken off.
    private static func end(_ work: Work) async {
        let timer = Task {
            try await Task.sleep(for: grace)
            work.cancel()
        }
        await work.ended()
        timer.cancel()
    }

    /// Bytes of a dead connection that the kernel still holds are read well within this time.
    private static let grace = Duration.seconds(2)
}
