import BundleFormat
import Consent
import JOSE

/// What the index of every shot says, whatever was taken.
extension ShotGround {
    /// - Parameters:
    ///   - taken: seconds since 1970.
    ///   - device: what took it.
    ///   - acquisition: how it was taken.
    ///   - mask: what became of the faces in it.
    ///   - assets: the sealed files.
    func index(
        of exposure: Exposure, _ bundle: BundleID, _ station: StationName, taken: Int64, device: JSONObject,
        acquisition: JSONObject, mask: JSONObject, assets: [JSONObject]
    ) -> JSONObject {
        var document: JSONObject = [
            "manifest_version": .string("obscura-manifest/1"), "bundle": .string("\(bundle)"),
            "station": .string(key.fingerprint.hex), "station_name": .string("\(station)"),
            "seq": .integer(exposure.sequence), "sequence_in_session": .integer(Int64(instance)),
            "created_at": .integer(taken), "kind": .string(exposure.kind),
            "consent": .object(exposure.consentObject(policyVersion: policyVersion)), "actor": .object(actor),
            "device": .object(device), "acquisition": .object(acquisition), "mask": .object(mask),
            "custody": .object(custody), "handling": .object(exposure.handling),
            "assets": .array(assets.map { .object($0) }),
        ]
        if let subject = exposure.subjectObject { document.set("subject", .object(subject)) }
        return document
    }
}

extension Exposure {
    fileprivate func consentObject(policyVersion: Int64) -> JSONObject {
        let evidence = standing.evidence.map { list in
            JSON.object([
                "uri": .string(list.uri), "iat": .integer(list.issuedAt), "exp": .integer(list.expires),
                "ttl": .integer(list.ttl), "sha256": .string(list.sha256),
            ])
        }
        let dropped = standing.dropped.map { drop in
            JSON.object(["p": .string(drop.purpose.rawValue), "reason": .string(drop.reason.rawValue)])
        }
        return [
            "token": .string(String(decoding: token, as: UTF8.self)), "reference": .string(consent.hex),
            "purposes_permitted": .strings(standing.permitted.map(\.purpose.rawValue)),
            "purposes_dropped": .array(dropped), "status_evidence": .array(evidence),
            "policy_version": .integer(policyVersion),
        ]
    }

    /// Nil for a test without a patient.
    fileprivate var subjectObject: JSONObject? {
        subject.map { ["handle": .string($0.handle), "encounter": .string($0.encounter)] }
    }

    fileprivate var handling: JSONObject {
        ["prohibit": .strings(["sale", "identification"] + (subject == nil ? ["clinical-use"] : []))]
    }
}

extension ShotGround {
    fileprivate var actor: JSONObject {
        [
            "uid": .integer(Int64(caller)), "role": .string("technician"), "trigger": .string(trigger.rawValue),
            "agent_version": .string(Station.version),
        ]
    }

    var custody: JSONObject { ["audit_head": .string(journalHead.hex), "audit_seq": .integer(journalCount)] }
}
