import Camera
import Control
import JOSE
import Journal
import Linux
import Profiles
import V4L2

extension Station {
    /// Lists cameras with what is missing before each can be used; none is asked for a frame.
    func devices() -> JSONObject {
        let found = Self.devicesFound()
        let rules = state.withLock { CameraRules($0) }
        var spoken: Set<String> = []
        let cameras = slots.map { slot -> JSON in
            let sight = sight(of: slot, among: found, rules)
            for device in sight.use.devices { spoken.insert(device.path) }
            return .object(describe(slot, sight))
        }
        let others = found.filter { device in
            !spoken.contains(device.path)
                && !slots.contains { slot in
                    ([slot.setting.source] + slot.setting.nodes.map(\.source)).contains { $0.fits(device) }
                }
        }
        return ["cameras": .array(cameras), "found": .array(others.map { .object(stranger($0, rules)) })]
    }

    private func describe(_ slot: CameraSlot, _ sight: CameraSight) -> JSONObject {
        let profile = sight.profile
        var missing = sight.missing
        let source = slot.setting.source
        if let device = sight.device { missing += obstacles(device, profile.streams, slot) }
        for node in sight.nodes { missing += obstacles(node, slot) }
        var object: JSONObject = [
            "name": .string(profile.name), "device": .string(source.name),
            "state": .string(sight.isOff ? "off" : source.state(of: sight.device)),
            "modalities": .strings(profile.modalities.map(\.description)), "face": .string(profile.face.rawValue),
            "profile": .string(profile.model?.name ?? ""), "evidence": .string(profile.model?.evidence ?? ""),
            "approval": .string(sight.approval.rawValue), "missing": .array(missing.map { .object($0.object) }),
        ]
        if let device = sight.device { object.set("found", .object(Self.describe(device))) }
        for node in sight.nodes { object.set(node.node.kind.rawValue, .object(node.object)) }
        return object
    }

    /// A device that the configuration does not name.
    private func stranger(_ device: V4L2Device, _ rules: CameraRules) -> JSONObject {
        let profile = shelf.profile(of: device)
        let kind = device.isStill ? " and kind = \"still\"" : ""
        var missing = [
            Refusal(
                "camera-unconfigured", "no camera of the configuration is this device",
                hint: "a table [camera.NAME] with device = \"\(device.card)\"\(kind) in /etc/obscura/obscura.toml")
        ]
        if !rules.models.isEmpty, !rules.models.contains(device.model) { missing.append(.model(device.model)) }
        if profile == nil, !device.isStill { missing.append(.camera(.noStream)) }
        missing += obstacles(device, profile?.streams ?? [], nil)
        var object = Self.describe(device)
        object.set("profile", .string(profile?.name ?? ""))
        object.set("evidence", .string(profile?.evidence.rawValue ?? ""))
        object.set("missing", .array(missing.map { .object($0.object) }))
        return object
    }

    /// What only the device itself can tell: whether it offers what is to be asked for, and whether it is free.
    private func obstacles(_ device: V4L2Device, _ streams: [CameraProfile.Stream], _ slot: CameraSlot?) -> [Refusal] {
        let wanted = streams.map { "\($0.code) \($0.width)x\($0.height)" }.joined(separator: ", ")
        return obstacles(device, wanted, slot, taken: .driver(.taken)) { modes in
            streams.isEmpty || streams.contains { modes.offer($0) }
        }
    }

    /// The same for a node beside the colour node.
    private func obstacles(_ sight: NodeSight, _ slot: CameraSlot) -> [Refusal] {
        guard let device = sight.device else { return [] }
        let node = sight.node
        return obstacles(
            device, "\(node.code) \(node.width)x\(node.height)", slot, taken: .node(node.kind, .taken),
            node.isOffered)
    }

    private func obstacles(
        _ device: V4L2Device, _ wanted: String, _ slot: CameraSlot?, taken: CameraError,
        _ isOffered: ([V4L2Mode]) -> Bool
    ) -> [Refusal] {
        // A device that streams for a session offers what it does, and is taken by us.
        if device.isStill || slot?.head.withLock({ $0.use != nil }) ?? false { return [] }
        var obstacles: [Refusal] = []
        if !isOffered((try? V4L2.modes(of: device)) ?? []) { obstacles.append(.formats(wanted, of: device)) }
        if V4L2.isTaken(device) { obstacles.append(.camera(taken)) }
        return obstacles
    }

    private static func describe(_ device: V4L2Device) -> JSONObject {
        [
            "card": .string(device.card), "bus": .string(device.bus), "driver": .string(device.driver),
            "path": .string(device.path), "serial": .string(device.serial), "model": .string(device.model),
        ]
    }

    /// Binds a camera's name to the device that is plugged in for it now; the journal keeps it.
    func approveCamera(_ name: String) throws(Refusal) -> JSONObject {
        let slot = try slot(named: name)
        guard slot.setting.isDevice else {
            throw Refusal("camera-replay", "camera \(name) replays pictures: there is nothing to approve")
        }
        openVault()
        return try found(for: slot) { found throws(Refusal) in try approve(slot, among: found) }
    }

    private func approve(_ slot: CameraSlot, among found: [V4L2Device]) throws(Refusal) -> JSONObject {
        let (name, wanted) = (slot.setting.name, slot.setting.source.name)
        let fitting = found.filter(slot.setting.source.fits)
        guard let device = fitting.first else { throw slot.setting.absence }
        let identity = try Self.identity(of: device, among: fitting, called: wanted)
        var answer: JSONObject = [
            "camera": .string(name), "model": .string(identity.model), "serial": .string(identity.serial),
            "port": .string(identity.port),
        ]
        try state.withLock { state throws(Refusal) in
            let models = CameraRules(state).models
            if !models.isEmpty, !models.contains(device.model) { throw .model(device.model) }
            let nodes = try nodesToApprove(slot.setting, beside: device, among: found, models)
            for (kind, identity) in nodes {
                let name = NodeSight.name(of: kind, camera: name)
                if state.ledger.cameras[name] != identity { try state.record(.cameraApproved(name: name, identity)) }
                answer.set(kind.rawValue, .string(identity.words))
            }
            if state.ledger.cameras[name] != identity { try state.record(.cameraApproved(name: name, identity)) }
        }
        slot.head.withLock { $0.close() }
        // Its button may be heard in the session that is open.
        triggers.listener.ring()
        return answer
    }

    /// Takes an approval back; the camera closes before the answer.
    func revokeCamera(_ name: String) throws(Refusal) -> JSONObject {
        openVault()
        try state.withLock { state throws(Refusal) in
            _ = try state.opened()
            guard state.ledger.cameras[name] != nil else {
                throw Refusal("camera-unapproved", "camera \(name) is not approved", hint: "obscura devices")
            }
            for kind in DepthNode.Kind.allCases {
                let node = NodeSight.name(of: kind, camera: name)
                if state.ledger.cameras[node] != nil { try state.record(.cameraRevoked(name: node)) }
            }
            try state.record(.cameraRevoked(name: name))
        }
        for slot in slots where slot.setting.name == name { slot.head.withLock { $0.close() } }
        return ["camera": .string(name)]
    }
}
