@testable import obscura_capture

/// The configuration of a station with these tables beside its own.
func configured(
    _ tables: String, state: String = "/var/lib/obscura", run: String = "/run/obscura"
) throws(ConfigurationFault) -> Configuration {
    try Configuration(
        parsing: """
            [station]
            name = "derm-03"
            state = "\(state)"
            run = "\(run)"
            \(tables)
            """)
}
