import Consent
import DetectLink
import JOSE
import Mask

extension MaskRecord {
    /// `mask` of index.age (product.md 5).
    func object(policy: FaceRule) -> JSONObject {
        let regions = areas.map { area in
            let place = area.rectangle
            return JSON.object([
                "x": .integer(Int64(place.x)), "y": .integer(Int64(place.y)), "width": .integer(Int64(place.width)),
                "height": .integer(Int64(place.height)), "method": .string("solid"),
                "source": .string(area.source.rawValue),
            ])
        }
        var object: JSONObject = [
            "policy": .string(policy.rawValue), "outcome": .string(outcome.rawValue),
            "expectation": .string(expectation.rawValue), "shape": .string(shape.rawValue), "regions": .array(regions),
            "lightness": .integer(Int64(lightness)), "faces_found": .integer(Int64(facesFound)),
            "faces_left": .integer(Int64(facesLeft)),
            "detector": .object([
                "name": .string(DetectorModel.name), "version": .string(DetectorModel.version),
                "sha256": .string(DetectorModel.sha256),
                "threshold": .string(SearchFacts.text(SearchFacts.smallestScore(expectation))),
            ]),
            "recognizable_visual_features": .string(showsFeatures ? "YES" : "NO"),
            "burned_in_annotation": .string("NO"),
            "deid_methods": .strings(outcome == .masked && !showsFeatures ? ["113102"] : []),
            "patient_identity_removed": .string("NO"), "claim": .string("pseudonymised"),
        ]
        if let confirmation {
            let reviewer: JSONObject = ["uid": .integer(Int64(confirmation.user)), "at": .integer(confirmation.at)]
            object.set("reviewer", .object(reviewer))
        }
        return object
    }
}
