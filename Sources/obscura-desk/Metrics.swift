import Control
import JOSE

/// The status as Prometheus reads it (text exposition format 0.0.4).
struct Metrics {
    private(set) var text = ""

    init(of reply: ControlReply) {
        guard case .done(let status) = reply else {
            add("up", "Whether the capture service answers.", 0)
            return
        }
        add("up", "Whether the capture service answers.", 1)
        add(
            "build_info", "The station's software.", 1,
            labels: Self.labels(["version", "mode"], status))
        add("keys_ready", "Whether the station's keys can be used.", status.object("keys").text("state") == "ready")
        add("detector_ready", "Whether the face detector answers.", status.text("detector") == "ready")
        add(
            "station_approved", "Whether the clinic approves this station.",
            status.object("policy").text("station") == "approved")
        add("policy_version", "Version of the policy in force.", status.object("policy").integer("version"))
        add("session_open", "Whether a session is open.", status.object("session").text("state") == "open")
        add("shots_total", "Shots that became durable.", status.integer("shots"), type: "counter")
        add(
            "shots_retired_total", "Shots that left the station with a receipt.", status.integer("retired"),
            type: "counter")
        add("shots_voided_total", "Shots replaced by a tombstone.", status.integer("voided"), type: "counter")
        add("refusals_total", "Requests refused and written down.", status.integer("refusals"), type: "counter")
        let queue = status.object("queue")
        add("queue_bundles", "Bundles that wait for the clinic.", queue.integer("waiting"))
        add("queue_bytes", "Bytes of these bundles.", queue.integer("bytes"))
        add("queue_oldest_seconds", "Age of the oldest of them.", queue.integer("oldest_seconds"))
        add(
            "last_receipt_timestamp_seconds", "Time of the newest receipt; 0 before the first.",
            status.integer("last_receipt"))
        let delivery = status.object("delivery")
        add("delivery_works", "Whether nothing keeps bundles from the clinic.", delivery["last_error"] == .null)
        add(
            "delivery_since_timestamp_seconds", "Since when that is so; 0 while unknown.", delivery.integer("since"))
        add("disk_free_bytes", "Bytes that the outbox's disk still takes.", status.object("disk").integer("free_bytes"))
        add(
            "clock_sound", "Whether the clock agrees with all signed times.",
            status.object("clock")["sound"] == .bool(true))
        add("alarms", "Conditions that a person has to look at.", Int64(status.list("alarms").count))
        add("cameras_configured", "Cameras in the configuration.", status.object("cameras").integer("configured"))
        add("cameras_present", "Those of them that are plugged in.", status.object("cameras").integer("present"))
        add(
            "cameras_off", "Those of them that have no power until they are used.",
            status.object("cameras").integer("off"))
    }

    private mutating func add(_ name: String, _ help: String, _ truth: Bool) { add(name, help, truth ? 1 : 0) }

    private mutating func add(
        _ name: String, _ help: String, _ value: Int64, type: String = "gauge", labels: String = ""
    ) {
        text += "# HELP obscura_\(name) \(help)\n# TYPE obscura_\(name) \(type)\nobscura_\(name)\(labels) \(value)\n"
    }

    private static func labels(_ names: [String], _ status: JSONObject) -> String {
        "{" + names.map { "\($0)=\"\(escaped(status.text($0)))\"" }.joined(separator: ",") + "}"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
