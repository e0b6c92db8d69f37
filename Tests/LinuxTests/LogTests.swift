import Testing

@testable import Linux

private func entry(_ event: StationEvent) -> [UInt8] { JournalEntry(event, program: "obscura-capture").bytes }

/// One of each.
private let events: [StationEvent] = [
    .misused("option --x is missing", hint: "--x"), .stopped("no"), .strangerRefused(user: 7),
    .strangerRefused(user: nil),
    .memoryNotLocked(SystemCallError(call: "mlockall", errno: 12)), .tpmLockedOut, .keysNotYet("no TPM"), .otherTPM,
    .keysRenewed,
    .clientLost(SystemCallError(call: "accept4", errno: 24)), .swept(files: 2), .shotReleased(sequence: 3),
    .shotCharged(sequence: 4), .visitEnded, .noticeWritten, .journalGoesOn, .voidFinished(sequence: 7),
    .leftoverRemoved(sequence: 8),
    .standing(code: "disk", line: "the disk is full"),
    .refusalNotJournalled(what: "shot", code: "disk", why: "the disk is full"),
    .delivered(sequence: 5, bundle: "000000000005-X", bytes: 9),
    .notDelivered(code: "refused", sequence: 6, bundle: "000000000006-X"), .deliveryIncomplete(code: "busy"),
    .retrying(code: "connect", seconds: 8),
]

@Suite struct `A journal entry` {
    @Test func `has a line a field`() {
        let text = """
            MESSAGE=shot 17 had not become durable; its frame is given back
            PRIORITY=5
            SYSLOG_IDENTIFIER=obscura-capture
            OBSCURA_EVENT=shot-released
            OBSCURA_SEQ=17

            """
        #expect(entry(.shotReleased(sequence: 17)) == Array(text.utf8))
    }

    @Test func `counts the bytes of a value with line ends`() {
        let bytes = entry(.stopped("one\nMESSAGE=two ä", hint: "x"))
        let value = Array("one\nMESSAGE=two ä".utf8)
        #expect(bytes.starts(with: Array("MESSAGE\n".utf8) + [UInt8(value.count), 0, 0, 0, 0, 0, 0, 0] + value + [10]))
        #expect(bytes.dropFirst(8 + 8 + value.count + 1).starts(with: Array("PRIORITY=3\n".utf8)))
        #expect(bytes.reversed().starts(with: Array("OBSCURA_HINT=x\n".utf8).reversed()))
    }

    @Test func `counts in 64 bits with the lowest first`() {
        let long = String(repeating: "x\n", count: 0x1_0180)
        #expect(entry(.stopped(long)).dropFirst(8).starts(with: [0x00, 0x03, 0x02, 0, 0, 0, 0, 0, 0x78, 0x0A]))
    }

    @Test(arguments: events)
    func `names its event and no field twice`(event: StationEvent) throws {
        let lines = String(decoding: entry(event), as: UTF8.self).split(separator: "\n")
        let names = lines.map { $0.split(separator: "=")[0] }
        #expect(Set(names).count == names.count)
        #expect(names.starts(with: ["MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER", "OBSCURA_EVENT"]))
        // journald drops other names.
        #expect(names.allSatisfy { $0.utf8.allSatisfy { (65...90).contains($0) || $0 == 95 } })
        #expect(names.dropFirst(3).allSatisfy { $0.hasPrefix("OBSCURA_") })
    }

    @Test func `has a code of its own for each kind of event`() {
        #expect(Set(events.map(\.code)).count == events.count - 1)
    }
}
