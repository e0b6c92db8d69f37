import ArgumentParser
import Control
import JOSE

struct Devices: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The cameras of this station, and what each still lacks; none is opened for a picture.")
    @OptionGroup var connection: Connection

    func run() async throws {
        let answer = try connection.desk.get("/v1/devices")
        show(answer, json: connection.json) {
            let cameras = answer.objects("cameras")
            let others = answer.objects("found")
            if cameras.isEmpty, others.isEmpty { return ["no camera is configured, and none is plugged in"] }
            let rows = cameras.map { camera in
                [
                    camera.text("name"), camera.text("state"), camera.text("approval"),
                    camera.list("modalities").joined(separator: ","), Self.profile(camera),
                    camera.text("state") == "present" ? Self.place(camera.object("found")) : camera.text("device"),
                ]
            }
            let strangers = others.map { ["-", "found", "-", "-", Self.profile($0), Self.place($0)] }
            let lines = table([["CAMERA", "STATE", "APPROVAL", "TAKES", "PROFILE", "DEVICE"]] + rows + strangers)
            return lines.prefix(1)
                + zip(lines.dropFirst(), cameras + others).flatMap { [$0] + Self.nodes($1) + Self.missing($1) }
        }
    }

    private static func profile(_ object: JSONObject) -> String {
        object.text("profile").isEmpty ? "none" : "\(object.text("profile")) (\(object.text("evidence")))"
    }

    private static func place(_ device: JSONObject) -> String {
        let serial = device.text("serial").isEmpty ? "" : ", serial \(device.text("serial"))"
        return "\(device.text("card")) [\(device.text("model"))\(serial)] at \(device.text("bus"))"
    }

    /// The nodes beside the colour one.
    private static func nodes(_ camera: JSONObject) -> [String] {
        ["depth", "infrared"].filter { camera[$0] != nil }.map { kind in
            let node = camera.object(kind)
            return "  \(kind): \(node.text("device")), \(node.text("state")), \(node.text("approval"))"
        }
    }

    private static func missing(_ object: JSONObject) -> [String] {
        object.objects("missing").map { what in
            "  missing: \(what.text("line"))" + (what.text("hint").isEmpty ? "" : " (\(what.text("hint")))")
        }
    }
}

struct Camera: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Approve the station's cameras, each by model, serial number and port.",
        subcommands: [Approve.self, Revoke.self])

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve the device that is plugged in for a camera now.",
            discussion: """
                No picture of a patient is taken with any other: one of another model or serial number, or in another \
                port, is refused until it is approved in its place. The journal keeps who was approved when.
                """)
        @OptionGroup var connection: Connection
        @Argument(help: "The camera's name in the configuration; obscura devices shows it.") var name: String

        func run() async throws {
            let answer = try connection.desk.post("/v1/cameras/\(try path(name))/approval", object: [:])
            show(answer, json: connection.json) {
                let serial = answer.text("serial").isEmpty ? "no serial number" : "serial \(answer.text("serial"))"
                let nodes = ["depth", "infrared"].filter { !answer.text($0).isEmpty }
                return ["approved \(name): \(answer.text("model")), \(serial), at \(answer.text("port"))"]
                    + nodes.map { "  with \($0): \(answer.text($0))" }
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take a camera's approval back.")
        @OptionGroup var connection: Connection
        @Argument(help: "The camera's name in the configuration.") var name: String

        func run() async throws {
            let answer = try connection.desk.delete("/v1/cameras/\(try path(name))/approval")
            show(answer, json: connection.json) { ["camera \(name) is no longer approved"] }
        }
    }
}

/// A camera's name as part of a path.
private func path(_ name: String) throws -> String {
    let alphabet = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8)
    guard !name.isEmpty, name.utf8.allSatisfy(alphabet.contains) else {
        throw ValidationError("a camera's name has letters, digits, - and _")
    }
    return name
}

/// Rows as columns, each as wide as its widest cell.
private func table(_ rows: [[String]]) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
        zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ").trimmed
    }
}
