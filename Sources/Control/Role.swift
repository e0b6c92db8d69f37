/// What a person at the control socket may do; a group of the system each.
package enum Role: String, Sendable, CaseIterable {
    case status, technician, auditor, admin

    /// The system group whose members have this role.
    package var group: String { "obscura-\(rawValue)" }
}
