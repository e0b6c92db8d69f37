import Foundation
import Linux
import Testing

@testable import Journal

/// Runs `body` on a file system of 64 KiB, or says why it cannot.
private func withSmallDisk(_ body: (Station) throws -> Void) throws {
    try withStation { station in
        guard try mount(["-t", "tmpfs", "-o", "size=64k", "obscura-test", station.path]) else {
            print("skipped: mounting a small file system takes root")
            return
        }
        defer { _ = try? run("/usr/bin/umount", ["-l", station.path]) }
        try body(station)
    }
}

private func mount(_ arguments: [String]) throws -> Bool {
    guard currentUser() == 0, FileManager.default.isExecutableFile(atPath: "/usr/bin/mount") else { return false }
    return try run("/usr/bin/mount", arguments) == 0
}

private func run(_ program: String, _ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
}

@Suite struct `A journal on a full disk` {
    @Test func `says that a record is not durable, and does not pretend later`() throws {
        try withSmallDisk { station in
            var acknowledged: [JournalEvent] = []
            do {
                var journal = try station.journal()
                try Folder(path: station.path).put([UInt8](repeating: 1, count: 40_000), as: "filler")
                var number = 0
                let error = failure {
                    while number < 1000 {
                        number += 1
                        let event = JournalEvent.camera(name: "\(number)", state: String(repeating: "x", count: 1000))
                        try journal.append(event, at: 1)
                        acknowledged.append(event)
                    }
                }
                guard case .notDurable(let call)? = error as? JournalError else { throw Unexpected(error: error) }
                #expect(call.isFull)
                #expect(!acknowledged.isEmpty)
                let head = journal.head
                try station.remove("filler")
                // There is room again, but nothing belongs behind what is half there.
                guard
                    case .notDurable? = failure({ try journal.append(.started(version: "2"), at: 2) }) as? JournalError
                else { throw Unexpected(error: nil) }
                #expect(journal.head == head)
                #expect(journal.ledger.newest == 1)
                // In another segment it goes on.
                let isCut = journal.isCut
                #expect(isCut)
                try journal.goOn(stateKey: try station.stateKey())
                for version in ["2", "3"] {
                    try journal.append(.started(version: version), at: 2)
                    acknowledged.append(.started(version: version))
                }
                #expect(try journal.last(2, stateKey: try station.stateKey()).map(\.event) == acknowledged.suffix(2))
            }
            #expect(try station.events() == acknowledged)
            try station.run([.started(version: "4")])
            #expect(try station.events().count == acknowledged.count + 1)
        }
    }

    @Test func `does not open, and leaves the old one as it was`() throws {
        try withSmallDisk { station in
            try station.run([.started(version: "1")])
            let full = failure {
                let filler = try Folder(path: station.path).create("filler", mode: 0o600)
                while true { try writeAll([UInt8](repeating: 1, count: 4096), to: filler) }
            }
            #expect((full as? SystemCallError)?.isFull == true)
            let error = failure { _ = try station.journal().head }
            guard case .notDurable? = error as? JournalError else { throw Unexpected(error: error) }
            try station.remove("filler")
            #expect(try station.events() == [.started(version: "1")])
        }
    }
}
