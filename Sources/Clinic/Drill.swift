import Foundation
import JOSE
import Open

extension ClinicFolder {
    static let drillFile = "drill.json"

    /// Proves that the escrow identity on paper opens what this clinic seals, and writes that down.
    ///
    /// - Parameter escrow: what the person typed; space around it and small letters do not matter.
    package func drill(escrow: [UInt8], at now: Int64) throws(ClinicError) {
        let text = String(decoding: escrow, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        let typed: Identity
        do { typed = try Identity(parsing: text.uppercased()) } catch { throw .wrongEscrow }
        let expected = try recipient(Self.escrowRecipientFile)
        guard typed.recipient == expected.text else { throw .wrongEscrow }
        // A key sealed as every consent's key is, so that what is drilled is what a disaster needs.
        let drilled = try Identity.make()
        try put(try drilled.sealed(to: try keepers()), as: "drill.age")
        let byEscrow = try identity(in: "drill.age", by: typed)
        let byWorking = try identity(in: "drill.age", by: try workingIdentity())
        guard byEscrow.recipient == drilled.recipient, byWorking.recipient == drilled.recipient else {
            throw .wrongEscrow
        }
        let record: JSONObject = ["passed": .integer(now), "escrow": .string(expected.text.description)]
        try put(record.canonical, as: Self.drillFile)
    }

    /// Refuses unless a drill was passed with the escrow recipient that is in use.
    package func requireDrill() throws(ClinicError) {
        let escrow = try recipient(Self.escrowRecipientFile).text.description
        guard exists(Self.drillFile), case .object(let record)? = try? JSON(parsing: read(Self.drillFile), bound: 8192),
            record["escrow"] == .string(escrow)
        else { throw .noDrill }
    }
}
