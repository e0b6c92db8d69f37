import JOSE

/// What the audit ran with.
package struct AuditFacts: Sendable {
    /// Version of the station's software.
    package let software: String
    package let model: String
    /// SHA-256 of the model, hex.
    package let modelDigest: String
    /// L* below which the station refuses a picture.
    package let darkestLightness: Int

    package init(software: String, model: String, modelDigest: String, darkestLightness: Int) {
        self.software = software
        self.model = model
        self.modelDigest = modelDigest
        self.darkestLightness = darkestLightness
    }
}

/// The report for programs. Shares are whole numbers of hundredths of a per cent (`_e4`), null of nothing.
extension Audit {
    package func document(_ facts: AuditFacts) -> JSONObject {
        [
            "report": .string("obscura-mask-audit/1"), "software": .string(facts.software),
            "model": .object(["name": .string(facts.model), "sha256": .string(facts.modelDigest)]),
            "darkest_lightness": .integer(Int64(facts.darkestLightness)), "pictures": .integer(Int64(pictures)),
            "faces": .integer(Int64(faces.count)), "people": people.map { .integer(Int64($0)) } ?? .null,
            "proof": .object([
                "faces": .integer(Int64(Proof.faces)), "people": .integer(Int64(Proof.people)),
                "wilson_lower_e4": ten4(Proof.bound), "paired_difference_e4": ten4(Proof.difference),
            ]),
            "all": .object(all.document), "tones": .array(tones.map(\.document)),
            "lights": .array(lights.map(\.document)), "exposures": .array(exposures.map(\.document)),
            "hairs": .array(hairs.map(\.document)), "cells": .array(cells.map { .object($0.document) }),
            "shifts": .array(shifts.map { .object($0.document) }),
            "faceless": .object([
                "pictures": .integer(Int64(falseAlarms.count)), "masked": .integer(Int64(falseAlarms.hits)),
                "area_e4": ten4(falseArea),
            ]),
            "misses": .array(misses.map { .object($0.document) }),
        ]
    }
}

extension Audit.Row {
    fileprivate var document: JSON {
        var object: JSONObject = ["name": .string(name)]
        for (key, value) in group.document.members { object.set(key, value) }
        return .object(object)
    }
}

extension Group {
    fileprivate var document: JSONObject {
        [
            "faces": .integer(Int64(hidden.count)), "hidden": .integer(Int64(hidden.hits)),
            "recall_e4": ten4(hidden.value), "wilson_e4": hidden.wilson.document,
            "refused": .integer(Int64(refused.hits)), "visible": .integer(Int64(visible.hits)),
        ]
    }
}

extension Pairs {
    fileprivate var document: JSON {
        .object([
            "pairs": .integer(Int64(count)), "first_only": .integer(Int64(firstOnly)),
            "second_only": .integer(Int64(secondOnly)), "difference_e4": ten4(difference),
            "interval_e4": interval.document,
        ])
    }
}

extension Cell {
    fileprivate var document: JSONObject {
        var object = group.document
        object.set("tone", .string(tone.rawValue))
        object.set("light", .string(light.rawValue))
        object.set("people", people.map { .integer(Int64($0)) } ?? .null)
        object.set("paired", pairs.document)
        object.set("verdict", .string(isShown ? "shown" : "not shown"))
        object.set("reasons", .strings(shortfalls.map(\.sentence)))
        return object
    }
}

extension Audit.Shift {
    fileprivate var document: JSONObject {
        var object = group.document
        object.set("lightness", .integer(Int64(lightness)))
        object.set("dimmed", .bool(isDimmed))
        object.set("paired", pairs.document)
        return object
    }
}

extension FaceObservation {
    fileprivate var document: JSONObject {
        let sides = [face.box.left, face.box.top, face.box.right, face.box.bottom]
        return [
            "image": .string(image), "box": .array(sides.map { .integer(Int64($0)) }),
            "covered_e4": .integer(Int64(10 * coverage)), "tone": .string(colour.tone.rawValue),
            "light": .string(colour.light.rawValue), "refused": .bool(asItIs.refused),
        ]
    }
}

extension Interval {
    fileprivate var document: JSON { .array([ten4(lower), ten4(upper)]) }
}

private func ten4(_ share: Double?) -> JSON { share.map { .integer(Int64(($0 * 10000).rounded())) } ?? .null }

extension Shortfall {
    /// For a person, in few words.
    package var sentence: String {
        switch self {
        case .tooFewFaces(let count): "\(count) of \(Proof.faces) faces"
        case .peopleUnknown: "people unknown"
        case .tooFewPeople(let count): "\(count) of \(Proof.people) people"
        case .bound(let lower): "lower bound \(percent(lower))"
        case .noPairs: "no paired shifts"
        case .difference(let difference): "paired difference \(points(difference))"
        }
    }
}
