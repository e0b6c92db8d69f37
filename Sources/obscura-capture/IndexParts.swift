import Consent
import JOSE

/// What the index of every shot says, whatever was taken.
extension Exposure {
    func consentObject(policyVersion: Int64) -> JSONObject {
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
    var subjectObject: JSONObject? {
        subject.map { ["handle": .string($0.handle), "encounter": .string($0.encounter)] }
    }

    var handling: JSONObject {
        ["prohibit": .strings(["sale", "identification"] + (subject == nil ? ["clinical-use"] : []))]
    }
}

extension ShotGround {
    var actor: JSONObject {
        [
            "uid": .integer(Int64(caller)), "role": .string("technician"), "trigger": .string("api"),
            "agent_version": .string(Station.version),
        ]
    }

    var custody: JSONObject { ["audit_head": .string(journalHead.hex), "audit_seq": .integer(journalCount)] }
}
