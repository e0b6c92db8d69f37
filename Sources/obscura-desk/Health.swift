import Control
import JOSE

/// Whether the next shot can be taken, for a probe that looks at nothing but the status code.
struct Health {
    /// Words of a closed vocabulary; empty when all is well.
    let faults: [String]

    init(of reply: ControlReply) {
        switch reply {
        case .refused(let refusal): faults = [refusal.code]
        case .done(let status):
            let checks = [
                (status.object("keys").text("state") == "ready", status.object("keys").text("state")),
                (status.text("detector") == "ready", "detector-\(status.text("detector"))"),
                (status.object("policy").text("station") == "approved", "station-not-approved"),
                (status.object("clock")["sound"] == .bool(true), "clock"),
                (status.object("disk")["room"] == .bool(true), "disk"), (status.list("alarms").isEmpty, "alarms"),
            ]
            faults = checks.filter { !$0.0 }.map(\.1)
        }
    }

    var object: JSONObject { ["healthy": .bool(faults.isEmpty), "faults": .strings(faults)] }
}
