import BundleFormat
import Foundation
import Testing

@testable import Clinic

@Suite struct `The account of a lost station` {
    private func link(_ seq: UInt64, after previous: UInt64?) throws -> StationAccount.Link {
        .init(seq: seq, manifest: try digest(seq), previous: try previous.map(digest))
    }

    private func digest(_ seq: UInt64) throws -> BundleFormat.Digest { try .of(Array("\(seq)".utf8)) }

    @Test func `tells numbers that failed from pictures that are missing`() throws {
        let links = [
            try link(2, after: nil), try link(3, after: 2), try link(6, after: 3), try link(9, after: 8),
            try link(12, after: 11),
        ]
        let account = StationAccount(links.reversed(), void: [11])
        #expect(account.arrived == [2, 3, 6, 9, 12])
        #expect(account.unused == [1...1, 4...5])
        #expect(account.missing == [7...8, 10...10])
        #expect(account.void == [11])
    }

    @Test func `does not miss what was made void`() throws {
        let account = StationAccount([try link(1, after: nil), try link(3, after: 2)], void: [2])
        #expect(account.missing.isEmpty && account.unused.isEmpty)
    }

    @Test func `reads the store, for the keys of this station alone`() throws {
        let clinic = try TemporaryClinic()
        try clinic.approve()
        let consent = try clinic.folder.issue(clinic.form())
        var shot = try clinic.shot(consent)
        shot.seq = 1
        let first = try BundleScan.read(Array(try Data(contentsOf: URL(fileURLWithPath: clinic.store(shot)))).span)
        shot.seq = 3
        shot.previous = try first.manifest.digest()
        _ = try clinic.store(shot)
        shot.seq = 5
        shot.previous = try digest(4)
        _ = try clinic.store(shot)
        let accounts = try clinic.folder.accounts(of: "derm-03")
        #expect(accounts.map(\.account.arrived) == [[1, 3, 5]])
        #expect(accounts.first?.account.unused == [2...2])
        #expect(accounts.first?.account.missing == [4...4])
        #expect(throws: ClinicError.unknownStation("derm-04")) { try clinic.folder.accounts(of: "derm-04") }
    }
}
