import Camera
import Consent
import V4L2

/// One `[camera.NAME]` table of the configuration: which device, and what is to be otherwise than its profile says.
package struct CameraSetting: Sendable, Equatable {
    package let name: String
    package let source: CameraProfile.Source
    /// The profile to use, whatever the device says it is; nil for the one that matches.
    package let profile: String?
    /// Nil for what its profile says.
    package let modalities: [Modality]?
    let face: CameraProfile.Face?
    let stream: CameraProfile.Stream?
    let locks: ControlLocks
    let manufacturer: String?
    let model: String?
    let serial: String?
    let polarized: Bool?
    let contact: Bool?
    /// The nodes beside the colour one; infrared only beside depth.
    package let depth: DepthNode?
    package let infrared: DepthNode?
    /// Nil for a camera that takes whatever light there is.
    package let lights: LightSetting?
    package let power: CameraPower

    package init(name: String, reading table: consuming TableReader) throws(TableFault) {
        var table = table
        self.name = try table.deviceName(name, of: "camera")
        source = try CameraProfile.Source(reading: &table)
        profile = try table.string("profile")
        modalities = try table.modalities("modalities")
        contact = try table.bool("contact")
        if let text = try table.string("face") {
            guard let face = CameraProfile.Face(rawValue: text) else {
                throw .invalid(table.key("face"), "must be \"expected\", \"possible\" or \"impossible\"")
            }
            self.face = face
        } else {
            face = nil
        }
        manufacturer = try table.string("manufacturer")
        model = try table.string("model")
        serial = try table.string("serial")
        polarized = try table.bool("polarized")
        stream = try CameraProfile.Stream(reading: &table)
        if stream == nil {
            for key in ["size", "rate"] where table.names.contains(key) { throw .missing(table.key("format")) }
        }
        locks = try ControlLocks(reading: &table, "controls", whereOffered: false)
        depth = try DepthNode(reading: &table, .depth, beside: source)
        infrared = try DepthNode(reading: &table, .infrared, beside: source)
        lights = try LightSetting(reading: &table, for: source)
        power = try CameraPower(reading: &table, for: source)
        if let infrared {
            // Infrared is masked by what lies where depth is.
            guard let depth, (depth.width, depth.height) == (infrared.width, infrared.height) else {
                throw .invalid(table.key("infrared"), "must stand beside a depth table with the same size")
            }
        }
        try table.finish()
        if case .still = source, stream != nil || depth != nil || !locks.names.isEmpty {
            throw .invalid(
                "camera.\(name).kind", "\"still\" goes without format, controls and depth: the camera sets them")
        }
    }

    /// Whether it is a device that is plugged in, not a replay.
    package var isDevice: Bool { source.isDevice }

    /// How the camera is to be used, given the profile of its device; what stands in the configuration goes before.
    package func profile(from device: DeviceProfile?) -> CameraProfile {
        let touches = contact ?? device?.instrument.contact ?? false
        let known = contact == nil ? device?.face : nil
        return CameraProfile(
            name: name, source: source, modalities: modalities ?? device?.modalities ?? [.photograph],
            face: face ?? known ?? (touches ? .impossible : .possible),
            streams: stream.map { [$0] } ?? device?.streams ?? [],
            locks: (device?.locks ?? ControlLocks()).overridden(by: locks),
            instrument: CameraProfile.Instrument(
                manufacturer: manufacturer ?? device?.instrument.manufacturer ?? CameraProfile.Instrument.unknown,
                model: model ?? device?.instrument.model ?? name, serial: serial ?? "",
                polarized: polarized ?? device?.instrument.polarized, contact: touches,
                magnificationTenths: device?.instrument.magnificationTenths),
            model: device.map { .init(name: $0.name, evidence: $0.evidence.rawValue, scale: $0.scale) },
            depth: depth.map { DepthSetup(calibration: device?.depth, depth: $0, infrared: infrared) },
            // Who names a stream wants frames of it; and a still has no depth beside it.
            still: stream == nil && depth == nil ? device?.still : nil)
    }
}
