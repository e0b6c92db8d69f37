import BundleFormat
import Camera
import Consent
import DetectLink
import JOSE
import Mask
import Seal

/// index.age: what the clinic is told about a shot and nobody else (product.md 5), canonical JSON.
struct IndexDocument {
    let bundle: BundleID
    let station: StationName
    /// Seconds since 1970.
    let taken: Int64
    let ground: ShotGround
    let exposure: Exposure
    let profile: CameraProfile
    let facts: FrameFacts
    let approval: CameraSight.Approval
    let mask: MaskRecord
    /// Nil where the camera took whatever light there was.
    var light: FrameLight?
    /// Nil for a camera without depth.
    var depth: DepthRecord?

    /// One sealed asset and what it shows.
    enum Picture {
        /// - `alone`: no unmasked picture lies beside it.
        case masked(BundleWriter.SealedAsset, _ sopClass: String, alone: Bool)
        case identifiable(BundleWriter.SealedAsset, _ sopClass: String)
        /// - `whole`: nothing masked it.
        case measured(BundleWriter.SealedAsset, DepthFile.Role, whole: Bool)
    }

    func canonical(_ pictures: [Picture]) -> [UInt8] {
        var document = ground.index(
            of: exposure, bundle, station, taken: taken, device: device, acquisition: acquisition(pictures),
            mask: mask.object(policy: exposure.face), assets: pictures.map(assetObject))
        if let light { document.set("light", .object(light.object)) }
        if let calibration { document.set("calibration", .object(calibration)) }
        if let depth { document.set("depth", .object(depth.object)) }
        return document.canonical
    }

    private var device: JSONObject {
        [
            "camera": .string(profile.name), "vendor": .string(profile.instrument.manufacturer),
            "model": .string(profile.instrument.model), "driver": .string(facts.device.driver),
            "card": .string(facts.device.card), "bus_path": .string(facts.device.bus),
            "serial": .string(facts.device.serial), "usb_vid_pid": .string(facts.device.usbID),
            "profile": .string(profile.model?.name ?? ""), "profile_evidence": .string(profile.model?.evidence ?? ""),
            "approval": .string(approval.rawValue),
        ]
    }

    private func acquisition(_ pictures: [Picture]) -> JSONObject {
        let controls = facts.controls.sorted { $0.key < $1.key }.map { ($0.key, JSON.integer($0.value)) }
        let instrument = profile.instrument
        var object: JSONObject = [
            "polarization": instrument.polarized.map { .string($0 ? "POLARIZED" : "NON_POLARIZED") } ?? .null,
            "contact": .bool(instrument.contact),
            "magnification_tenths": instrument.magnificationTenths.map { .integer(Int64($0)) } ?? .null,
            "modality": .string(exposure.modality.description),
            "sop_class": pictures.first?.sopClass.map { .string($0) } ?? .null,
            "body_site": .string(exposure.site.description), "pixel_format": .string(facts.format.rawValue),
            "width": .integer(Int64(facts.width)), "height": .integer(Int64(facts.height)),
            "frame_sequence": .integer(Int64(facts.stamp.sequence)),
            "v4l2_timestamp": .integer(facts.stamp.timestamp / 1000), "frame_age_ms": .integer(facts.age / 1_000_000),
            "frames_lost": .integer(Int64(clamping: facts.stamp.lost)),
            "frames_damaged": .integer(Int64(facts.stamp.damaged)), "controls": .object(JSONObject(controls)),
            "locked": .strings(facts.locked), "origin": .string(facts.origin.rawValue),
        ]
        if let still = profile.still { object.set("still", .string(still.method.name)) }
        return object
    }

    /// Only of the very device that was approved, and only at the size that was measured.
    private var calibration: JSONObject? {
        guard let scale = profile.model?.scale else { return nil }
        let fits = (scale.width, scale.height) == (facts.width, facts.height)
        return [
            "nm_per_px": .integer(scale.nanometresPerPixel), "method": .string(scale.method),
            "resolution_bound": .string("\(scale.width)x\(scale.height)"),
            "valid": .bool(approval == .approved && fits),
        ]
    }

    private func assetObject(_ picture: Picture) -> JSONObject {
        let asset = picture.sealed
        var object: JSONObject = [
            "path": .string(asset.path.description), "media": .string(picture.media),
            "bytes": .integer(Int64(asset.bytes)), "sha256": .string(asset.plain.hex), "captured": .integer(taken),
            "role": .string(picture.role), "mask": .object(["outcome": .string(picture.outcome(mask).rawValue)]),
        ]
        if let sopClass = picture.sopClass { object.set("sop_class", .string(sopClass)) }
        return object
    }
}

extension IndexDocument.Picture {
    fileprivate var sealed: BundleWriter.SealedAsset {
        switch self {
        case .masked(let asset, _, _), .identifiable(let asset, _), .measured(let asset, _, _): asset
        }
    }

    /// Nil for what is no DICOM object.
    fileprivate var sopClass: String? {
        switch self {
        case .masked(_, let sopClass, _), .identifiable(_, let sopClass): sopClass
        case .measured: nil
        }
    }

    fileprivate var media: String {
        switch self {
        case .masked, .identifiable: MaskedPicture.media
        case .measured(_, let role, _): role.media
        }
    }

    /// The original is what is nearest to the camera in its bundle.
    fileprivate var role: String {
        switch self {
        case .masked(_, _, alone: false): "deid"
        case .masked, .identifiable: "original"
        case .measured(_, let role, _): role.rawValue
        }
    }

    fileprivate func outcome(_ mask: MaskRecord) -> MaskOutcome {
        switch self {
        case .masked, .measured(_, _, whole: false): mask.outcome
        case .identifiable, .measured: .indeterminate
        }
    }
}
