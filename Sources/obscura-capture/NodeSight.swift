import Camera
import Control
import JOSE
import Journal
import Profiles
import V4L2

/// A node beside a camera's colour node, and what is plugged in for it now.
struct NodeSight: Sendable {
    let node: DepthNode
    /// Nil for replay, and where nothing that fits is plugged in.
    let device: V4L2Device?
    let approval: CameraSight.Approval

    /// What approvals call the node of a camera; no camera's own name has a dot.
    static func name(of kind: DepthNode.Kind, camera: String) -> String { "\(camera).\(kind.rawValue)" }

    var object: JSONObject {
        [
            "device": .string(node.source.name), "state": .string(node.source.state(of: device)),
            "approval": .string(approval.rawValue),
        ]
    }
}

extension CameraProfile.Source {
    /// How it stands with what is plugged in for it: nil where nothing is.
    func state(of device: V4L2Device?) -> String {
        switch self {
        case .replay: "replay"
        case .v4l2, .still: device == nil ? "absent" : "present"
        }
    }
}

extension CameraSetting {
    /// The nodes beside the colour one.
    var nodes: [DepthNode] { [depth, infrared].compactMap(\.self) }
}

extension Station {
    /// What stands in the way of one node, added to what is missing.
    ///
    /// - Parameter others: devices that are taken already: one USB camera shows several nodes of one name.
    func sight(
        of node: DepthNode, beside others: [V4L2Device], _ setting: CameraSetting, _ found: [V4L2Device],
        _ rules: CameraRules, _ missing: inout [Refusal]
    ) -> NodeSight {
        let name = NodeSight.name(of: node.kind, camera: setting.name)
        let approved = rules.approved[name]
        guard case .v4l2(let wanted) = node.source,
            let device = pick(node, from: found.filter { $0.matches(wanted) }, beside: others, approved)
        else {
            missing.append(.camera(.node(node.kind, .absent(node.source.name))))
            return NodeSight(node: node, device: nil, approval: approved == nil ? .absent : .approved)
        }
        let approval = look(at: device, approved, of: name, rules, &missing)
        return NodeSight(node: node, device: device, approval: approval)
    }

    private func pick(
        _ node: DepthNode, from fitting: [V4L2Device], beside others: [V4L2Device], _ approved: CameraIdentity?
    ) -> V4L2Device? {
        let free = fitting.filter { device in !others.contains { $0.path == device.path } }
        return Self.pick(from: free, approved) { _, modes in node.isOffered(by: modes) }
    }

    /// The devices that are plugged in now for the nodes beside a camera's colour node, to be approved with it.
    ///
    /// - Throws: where one is not there, or where nobody could say which is meant.
    func nodesToApprove(
        _ setting: CameraSetting, beside colour: V4L2Device, among found: [V4L2Device], _ models: [String]
    ) throws(Refusal) -> [(kind: DepthNode.Kind, identity: CameraIdentity)] {
        var taken = [colour]
        var chosen: [(kind: DepthNode.Kind, identity: CameraIdentity)] = []
        for node in setting.nodes {
            guard case .v4l2(let wanted) = node.source else { continue }
            let fitting = found.filter { $0.matches(wanted) }
            guard let device = pick(node, from: fitting, beside: taken, nil) else {
                throw .camera(.node(node.kind, .absent(wanted)))
            }
            let identity = try Self.identity(of: device, among: fitting, called: wanted)
            if !models.isEmpty, !models.contains(device.model) { throw .model(device.model) }
            taken.append(device)
            chosen.append((node.kind, identity))
        }
        return chosen
    }

    /// What is approved of a device, when every one of its name is the same.
    static func identity(
        of device: V4L2Device, among fitting: [V4L2Device], called wanted: String
    ) throws(Refusal) -> CameraIdentity {
        let identity = CameraIdentity(device)
        guard fitting.allSatisfy({ CameraIdentity($0) == identity }) else {
            throw .unclearDevice(wanted, fitting.count)
        }
        return identity
    }

    /// A depth camera that no profile has measured can mask nothing.
    static func uncalibrated(_ profile: CameraProfile) -> [Refusal] {
        guard let depth = profile.depth, depth.calibration == nil else { return [] }
        return [.camera(.noCalibration)]
    }
}

extension Refusal {
    fileprivate static func unclearDevice(_ wanted: String, _ count: Int) -> Refusal {
        Refusal(
            "camera-unclear", "\(count) devices are called \(wanted)",
            hint: "unplug the others, or name it by its serial number or bus in the configuration")
    }

    /// - Parameter wanted: formats and sizes that a device was looked at for.
    static func formats(_ wanted: String, of device: V4L2Device) -> Refusal {
        Refusal(
            "camera-format", "it offers none of \(wanted)",
            hint: "set format and size to something of: v4l2-ctl -d \(device.path) --list-formats-ext")
    }
}
