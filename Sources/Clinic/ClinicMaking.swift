import Foundation
import Open

/// A clinic that was just made, and what must be shown to a person now or never.
package struct NewClinic: Sendable {
    package let folder: ClinicFolder
    /// `AGE-SECRET-KEY-PQ-1…`: stored nowhere.
    package let escrow: String
}

extension ClinicFolder {
    /// Makes every key, the store's certificate, policy version 1 and an empty status list.
    ///
    /// The folder appears whole under its name or not at all.
    package static func make(_ plan: ClinicPlan, at path: String, now: Int64) throws(ClinicError) -> NewClinic {
        let files = FileManager.default
        guard !files.fileExists(atPath: path) else { throw .folderExists(path) }
        let making = "\(path).making-\(UUID().uuidString.prefix(8))"
        var isWhole = false
        defer { if !isWhole { try? files.removeItem(atPath: making) } }
        let folder = try ClinicFolder(making: making)
        for role in KeyRole.allCases { try folder.makeKey(role) }
        let date = Date(timeIntervalSince1970: TimeInterval(now))
        let hosts = try folder.hosts(of: plan)
        try CertificateAuthority.make(for: plan.name, hosts: hosts, in: folder, at: date)
        try CertificateAuthority(in: folder).renewServer(hosts: hosts, in: folder, at: date)

        let working = try Identity.make()
        var line = working.line
        defer { wipe(&line) }
        try folder.put(line, as: workingFile)
        try folder.put(try working.sealRecipient().text.description + "\n", as: workingRecipientFile)
        let escrow = try Identity.make()
        try folder.put(try escrow.sealRecipient().text.description + "\n", as: escrowRecipientFile)

        try folder.putFirstPolicy(plan, at: now)
        try folder.signList(at: now)
        do { try files.moveItem(atPath: making, toPath: path) } catch {
            throw .file(path, reason: "cannot be made")
        }
        isWhole = true
        return NewClinic(folder: try ClinicFolder(path: path), escrow: escrow.secretText)
    }

    /// Whom the store's certificate is for: the host of its URL, and this machine for checks on it.
    private func hosts(of plan: ClinicPlan) throws(ClinicError) -> [Host] {
        let local = [Host.name("localhost"), Host.address([127, 0, 0, 1])]
        return [plan.host] + local.filter { $0 != plan.host }
    }

    /// Gives the store a fresh certificate when the present one ends within 30 days.
    package func renewCertificateIfDue(at now: Int64) throws(ClinicError) {
        let claims = try policy().claims
        let plan = try ClinicPlan(name: claims.iss, storeURL: claims.store.url, kind: claims.kind)
        try CertificateAuthority(in: self).renewServerIfDue(
            hosts: try hosts(of: plan), in: self, at: Date(timeIntervalSince1970: TimeInterval(now)))
    }
}
