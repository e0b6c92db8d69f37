import Foundation
import JOSE
import Open

extension ClinicFolder {
    static let drillFile = "drill.json"

    /// Proves that the escrow identity on paper opens what this clinic seals, and writes that down.
    ///
    /// - Parameter escrow: what the person typed, with space around it or comments.
    package func drill(escrow: [UInt8], at now: Int64) throws(ClinicError) {
        let typed: Identity
        do { typed = try Identity.list(parsing: escrow)[0] } catch { throw .wrongEscrow }
        let expected = try recipient(Self.escrowRecipientFile)
        guard typed.recipient == expected.text else { throw .wrongEscrow }
        // A key sealed as every consent's key is, so that what is drilled is what a disaster needs.
        let drilled = try Identity.make()
        try makeFolder("consents/drill")
        try put(try drilled.sealed(to: try keepers()), as: "consents/drill/identity.age")
        let byEscrow = try identity(ofConsent: "drill", by: typed)
        let byWorking = try identity(ofConsent: "drill", by: try workingIdentity())
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
