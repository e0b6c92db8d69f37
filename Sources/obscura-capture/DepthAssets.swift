import Camera
import Consent
import Depth
import JOSE
import Mask
import Seal

extension Station {
    /// The shot's points with the picture's colours; nil without depth, or where nobody knows how the cameras stand.
    static func points(
        _ depth: borrowing ShotDepth?, _ picture: borrowing MaskedFrame
    ) throws(PictureError) -> DepthFile? {
        switch depth {
        case .some(let depth): try depth.points(colouredBy: picture)
        case .none: nil
        }
    }

    /// The same beside a picture that nothing masked.
    static func points(_ depth: borrowing ShotDepth?) throws(PictureError) -> DepthFile? {
        switch depth {
        case .some(let depth): try depth.points()
        case .none: nil
        }
    }

    /// Seals what a shot measured, after its pictures.
    static func add(
        _ depth: borrowing ShotDepth?, _ points: consuming DepthFile?, to writer: inout BundleWriter,
        _ keys: SessionKeys
    ) throws -> [IndexDocument.Picture] {
        var assets: [IndexDocument.Picture] = []
        switch depth {
        case .none: return []
        case .some(let depth):
            let isWhole = depth.record.hidden == nil
            assets.append(.measured(try writer.add(try depth.depthFile(), mix: keys.mix), .depth, whole: isWhole))
            if let file = try depth.infraredFile() {
                assets.append(.measured(try writer.add(file, mix: keys.mix), .infrared, whole: false))
            }
            if let file = points.take() {
                assets.append(.measured(try writer.add(file, mix: keys.mix), .points, whole: isWhole))
            }
        }
        return assets
    }
}

extension StationState {
    /// The permission to keep what a shot measures as it is: for the modality M3D alone, under a token that has it.
    func geometryGrant(for grant: borrowing ExposureGrant) -> GeometryGrant? {
        do { return try session.geometry(for: grant) } catch { return nil }
    }
}

extension DepthRecord {
    /// `depth` of index.age. Numbers that are not whole are texts, the shortest that give the same number again.
    var object: JSONObject {
        let calibration = facts.calibration
        var object: JSONObject = [
            "metres_per_count": .string("\(calibration.unit)"),
            "range_metres": .strings(["\(calibration.range.lowerBound)", "\(calibration.range.upperBound)"]),
            "bound_px": .integer(Int64(calibration.bound)),
            "hidden_px": hidden.map { .integer(Int64($0)) } ?? .null, "stream": .object(facts.depth.object),
        ]
        if let infrared = facts.infrared { object.set("infrared", .object(infrared.object)) }
        if case .aligned(let depth, let colour, let placement) = calibration.alignment {
            let (first, second, third) = placement.rotation
            let aligned: JSONObject = [
                "depth": .object(depth.object), "colour": .object(colour.object),
                "rotation": .strings([first, second, third].flatMap(\.texts)),
                "translation_metres": .strings(placement.translation.texts),
            ]
            object.set("aligned", .object(aligned))
        }
        return object
    }
}

extension NodeFacts {
    fileprivate var object: JSONObject {
        [
            "pixel_format": .string("\(code)"), "width": .integer(Int64(width)), "height": .integer(Int64(height)),
            "frame_sequence": .integer(Int64(stamp.sequence)), "v4l2_timestamp": .integer(stamp.timestamp / 1000),
            "gap_us": .integer(gap / 1000), "card": .string(device.card), "bus_path": .string(device.bus),
            "serial": .string(device.serial),
        ]
    }
}

extension Intrinsics {
    fileprivate var object: JSONObject {
        [
            "width": .integer(Int64(width)), "height": .integer(Int64(height)),
            "focal_px": .strings(["\(focal.x)", "\(focal.y)"]), "centre_px": .strings(["\(centre.x)", "\(centre.y)"]),
        ]
    }
}

extension SIMD3<Double> {
    fileprivate var texts: [String] { [x, y, z].map { "\($0)" } }
}
