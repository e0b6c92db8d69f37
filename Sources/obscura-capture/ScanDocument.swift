import BundleFormat
import Consent
import JOSE
import Mask
import Scan
import Seal

/// index.age of a scan: what the clinic is told about it and nobody else (docs/bundle.md), canonical JSON.
struct ScanDocument {
    let bundle: BundleID
    let station: StationName
    /// Seconds since 1970.
    let taken: Int64
    let origin: PictureOrigin
    let ground: ShotGround
    let exposure: Exposure
    let scanner: ScannerSetting
    /// Of the mesh.
    let facts: MeshFacts

    /// One sealed file and what the scanner called it.
    struct File {
        let name: ScanName
        let asset: BundleWriter.SealedAsset
    }

    func canonical(_ files: [File]) -> [UInt8] {
        var document = ground.index(
            of: exposure, bundle, station, taken: taken, device: device, acquisition: acquisition, mask: mask,
            assets: files.map(assetObject))
        var custody = ground.custody
        // Nobody can tell from here what a scanner keeps.
        custody.set("source_may_keep_copy", .bool(true))
        document.set("custody", .object(custody))
        return document.canonical
    }

    private var device: JSONObject {
        [
            "scanner": .string(scanner.name), "vendor": .string(scanner.manufacturer),
            "model": .string(scanner.model), "serial": .string(scanner.serial),
        ]
    }

    private var acquisition: JSONObject {
        [
            "modality": .string(exposure.modality.description), "body_site": .string(exposure.site.description),
            "points": .integer(Int64(facts.points)), "faces": .integer(Int64(facts.faces)),
            "unit": scanner.unit.map { .string($0.rawValue) } ?? .null,
            "unit_source": scanner.unit == nil ? .null : .string("configuration"), "origin": .string(origin.rawValue),
        ]
    }

    /// A scan of a head has no masked form; it is looked at by nobody here.
    private var mask: JSONObject {
        [
            "policy": .string(exposure.face.rawValue), "outcome": .string(MaskOutcome.notApplicable.rawValue),
            "recognizable_visual_features": .string("YES"), "patient_identity_removed": .string("NO"),
            "deid_methods": .strings([]), "regions": .array([]), "claim": .string("pseudonymised"),
        ]
    }

    private func assetObject(_ file: File) -> JSONObject {
        [
            "path": .string(file.asset.path.description), "media": .string(file.name.media),
            "bytes": .integer(Int64(file.asset.bytes)), "sha256": .string(file.asset.plain.hex),
            "captured": .integer(taken), "role": .string(file.name.role), "name": .string(file.name.description),
            "mask": .object(["outcome": .string(MaskOutcome.notApplicable.rawValue)]),
        ]
    }
}
