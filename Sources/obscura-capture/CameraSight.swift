import Camera
import Consent
import Control
import JOSE
import Journal
import Linux
import Policy
import Profiles
import V4L2

/// A camera of the configuration beside what is plugged in now.
struct CameraSight: Sendable {
    enum Approval: String, Sendable {
        case approved
        case absent = "not approved"
        case swapped
        /// Replayed pictures, and every camera of a demonstration.
        case unneeded = "not needed"
    }

    let profile: CameraProfile
    /// Nil for replay, and where nothing that fits is plugged in.
    let device: V4L2Device?
    let approval: Approval
    /// The nodes beside the colour one, in the order of the profile.
    var nodes: [NodeSight] = []
    /// It has its power from the capture pod, and none now: what is plugged in cannot be known.
    var isOff = false
    /// Why no picture can be taken; the first is what a shot says.
    var missing: [Refusal]

    /// Whether everything of it is there.
    var isWhole: Bool { device != nil && nodes.allSatisfy { $0.device != nil } }

    var use: CameraUse {
        func device(_ kind: DepthNode.Kind) -> V4L2Device? { nodes.first { $0.node.kind == kind }?.device }
        return CameraUse(
            profile: profile, device: self.device, depth: device(.depth), infrared: device(.infrared))
    }
}

/// What journal and policy say of cameras.
struct CameraRules: Sendable {
    /// The approved device of each camera, by the camera's name.
    let approved: [String: CameraIdentity]
    /// The models that the clinic's policy names; none means any.
    let models: [String]

    init(approved: [String: CameraIdentity], models: [String]) { (self.approved, self.models) = (approved, models) }

    init(_ state: borrowing StationState) {
        approved = state.ledger.cameras
        models = state.policy?.claims.cameras ?? []
    }
}

extension CameraIdentity {
    /// USB vendor and product, or the driver's name for what is no USB device; serial number; place.
    init(_ device: V4L2Device) {
        self.init(model: device.model, serial: device.serial, port: device.bus)
    }

    /// `a168:0870, serial 12 at usb-0000:00:14.0-2`
    var words: String { "\(model), \(serial.isEmpty ? "no serial" : "serial \(serial)") at \(port)" }
}

extension V4L2Device {
    /// What approvals and the clinic's policy call the model.
    var model: String { usb?.description ?? driver }
}

extension Station {
    /// How a camera is to be used now, and what stands in the way.
    ///
    /// - Parameter found: what is plugged in.
    func sight(of slot: CameraSlot, among found: [V4L2Device], _ rules: CameraRules) -> CameraSight {
        let setting = slot.setting
        guard setting.isDevice else {
            let profile = setting.profile(from: setting.profile.flatMap { shelf[$0] })
            return CameraSight(
                profile: profile, device: nil, approval: .unneeded,
                nodes: (profile.depth?.nodes ?? []).map { NodeSight(node: $0, device: nil, approval: .unneeded) },
                missing: Self.uncalibrated(profile))
        }
        let approved = rules.approved[setting.name]
        let device = Self.pick(from: found.filter(setting.source.fits), approved) { device, modes in
            setting.profile(from: shelf.profile(of: device)).streams.contains { modes.offer($0) }
        }
        let model = setting.profile.flatMap { shelf[$0] } ?? device.flatMap { shelf.profile(of: $0) }
        let profile = setting.profile(from: model)
        guard let device else {
            let approval = approved == nil ? CameraSight.Approval.absent : .approved
            if isOff(setting) {
                return CameraSight(
                    profile: profile, device: nil, approval: approval, isOff: true,
                    missing: approved == nil && configuration.mode == .clinic ? [.unapproved(setting.name)] : [])
            }
            return CameraSight(
                profile: profile, device: nil, approval: approval, missing: [setting.absence])
        }
        var missing: [Refusal] = []
        let approval = look(at: device, approved, of: setting.name, rules, &missing)
        if profile.streams.isEmpty, !device.isStill { missing.append(.camera(.noStream)) }
        missing += Self.uncalibrated(profile)
        var nodes: [NodeSight] = []
        for node in profile.depth?.nodes ?? [] {
            let others = [device] + nodes.compactMap(\.device)
            nodes.append(sight(of: node, beside: others, setting, found, rules, &missing))
        }
        return CameraSight(profile: profile, device: device, approval: approval, nodes: nodes, missing: missing)
    }

    /// What is plugged in: video nodes, and still cameras.
    static func devicesFound() -> [V4L2Device] { V4L2.devices() + StillDevices.all() }

    /// Whether a device is the approved one of a model that may be used; adds what stands in the way.
    func look(
        at device: V4L2Device, _ approved: CameraIdentity?, of name: String, _ rules: CameraRules,
        _ missing: inout [Refusal]
    ) -> CameraSight.Approval {
        if !rules.models.isEmpty, !rules.models.contains(device.model) { missing.append(.model(device.model)) }
        let approval = approval(of: device, approved)
        switch approval {
        case .absent: missing.append(.unapproved(name))
        case .swapped: missing.append(.swapped(name, now: CameraIdentity(device), approved: approved))
        case .approved, .unneeded: break
        }
        return approval
    }

    private func approval(of device: V4L2Device, _ approved: CameraIdentity?) -> CameraSight.Approval {
        if let approved { return approved == CameraIdentity(device) ? .approved : .swapped }
        return configuration.mode == .demonstration ? .unneeded : .absent
    }

    /// The device that is meant: the approved one before others, and of its nodes one that can be used.
    ///
    /// - Parameter isUsable: whether a device with these modes can be asked for what is wanted.
    static func pick(
        from fitting: [V4L2Device], _ approved: CameraIdentity?, _ isUsable: (V4L2Device, [V4L2Mode]) -> Bool
    ) -> V4L2Device? {
        let known = fitting.filter { CameraIdentity($0) == approved }
        let nodes = known.isEmpty ? fitting : known
        // A still camera has one node, and listing opens none.
        guard nodes.count > 1, nodes.allSatisfy({ !$0.isStill }) else { return nodes.first }
        return nodes.first { node in (try? V4L2.modes(of: node)).map { isUsable(node, $0) } ?? false } ?? nodes.first
    }

    /// The camera for a shot: the named one, or the only one that takes such pictures.
    ///
    /// One that has its power from the capture pod gets it.
    /// - Throws: what is missing, or why no picture may be taken.
    func camera(
        for modality: Modality, at site: Site, named name: String?, in began: Int
    ) throws(Refusal) -> (CameraSlot, CameraSight) {
        let choice = try name.map { name throws(Refusal) in [try slot(named: name)] } ?? slots
        try power(choice.filter { couldTake(modality, $0.setting) }, in: began) { () throws(Refusal) in
            _ = try previewGrant(site, modality)
        }
        let rules = state.withLock { CameraRules($0) }
        let streaming = choice.filter(\.setting.isDevice).map { slot in slot.head.withLock { $0.use?.devices } }
        // A camera that streams is where it was; looking for the others takes its time.
        let found = streaming.contains { $0 == nil } ? Self.devicesFound() : streaming.flatMap { $0 ?? [] }
        let sights = choice.map { ($0, sight(of: $0, among: found, rules)) }
        if name != nil, let (slot, sight) = sights.first {
            if sight.device == nil, let why = sight.missing.first { throw why }
            guard sight.isOff ? couldTake(modality, slot.setting) : sight.profile.modalities.contains(modality) else {
                throw Refusal("camera-modality", "camera \(slot.setting.name) does not take \(modality) pictures")
            }
            return try Self.usable(slot, sight)
        }
        let fitting = sights.filter { $0.1.profile.modalities.contains(modality) }
        guard let (slot, sight) = fitting.first, fitting.count == 1 else {
            throw Refusal(
                "camera-unclear", "\(fitting.count) cameras take \(modality) pictures",
                hint: fitting.isEmpty ? "obscura devices" : "name one with --camera")
        }
        return try Self.usable(slot, sight)
    }

    /// Whether configuration and profile leave it open that a camera takes such pictures; its device may say more.
    func couldTake(_ modality: Modality, _ setting: CameraSetting) -> Bool {
        (setting.modalities ?? setting.profile.flatMap { shelf[$0] }?.modalities)?.contains(modality) ?? true
    }

    private static func usable(_ slot: CameraSlot, _ sight: CameraSight) throws(Refusal) -> (CameraSlot, CameraSight) {
        if sight.isOff { throw .off(slot.setting.name) }
        if let why = sight.missing.first { throw why }
        return (slot, sight)
    }

    func slot(named name: String) throws(Refusal) -> CameraSlot {
        guard let slot = slots.first(where: { $0.setting.name == name }) else {
            throw Refusal("camera-unknown", "no camera is called \(name)", hint: "obscura devices")
        }
        return slot
    }
}

extension Refusal {
    fileprivate static func unapproved(_ name: String) -> Refusal {
        Refusal(
            "camera-unapproved", "camera \(name) is not approved",
            hint: "an administrator: obscura camera approve \(name)")
    }

    fileprivate static func swapped(_ name: String, now: CameraIdentity, approved: CameraIdentity?) -> Refusal {
        Refusal(
            "camera-swapped",
            "camera \(name) is not the one that was approved: \(now.words) instead of \(approved?.words ?? "none")",
            hint: "plug the approved one in where it was, or an administrator: obscura camera approve \(name)")
    }

    static func model(_ model: String) -> Refusal {
        Refusal(
            "camera-policy", "the clinic's policy names no camera of model \(model)",
            hint: "at the clinic: obscura-clinic policy sign --camera \(model)")
    }
}
