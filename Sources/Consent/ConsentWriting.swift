import JOSE

extension ConsentDraft {
    /// The claims of the token.
    package var object: JSONObject {
        [
            "iss": .string(issuer), "aud": .strings(["obscura:\(station)"]), "sub": .string(handle),
            "jti": .string(jti), "iat": .integer(issuedAt), "nbf": .integer(issuedAt), "exp": .integer(expires),
            "ver": .integer(1),
            "record": .object([
                "id": .string(record.id), "schema": .string("iso27560-2023/obscura-1"),
                "sha256": .string(Base64URL.encode(record.sha256)),
            ]),
            "notice": .object([
                "uri": .string(noticeURI), "version": .string(noticeVersion), "lang": .string(noticeLanguage),
                "sha256": .string(Base64URL.encode(noticeSHA256)), "given_at": .integer(noticeGivenAt),
                "ai_limits_ack": .bool(limitsOfAIAcknowledged),
            ]),
            "controller": .object(["id": .string(clinic)]), "juris": .strings(jurisdictions),
            "withdraw_uri": .string(withdrawURI),
            "given": .object([
                "at": .integer(givenAt), "by": .string(givenBy), "age_band": .string(ageBand),
                "method": .string(method), "evidence_sha256": .string(Base64URL.encode(evidenceSHA256)),
            ]),
            "seal": .object(["to": .string(sealTo)]), "capture": .object(captureObject),
            "grants": .array(permits.map { .object(object(of: $0)) } + denied.map { .object(Self.denial(of: $0)) }),
            "biometric_release": release.map { .object($0.object) } ?? .null,
            "status": Self.status(uri: listURI, index: index),
        ]
    }

    private var captureObject: JSONObject {
        [
            "encounter": .string(encounter), "class": .string(encounterClass), "modalities": .strings(modalities),
            "sites": .strings(sites), "max_frames": .integer(maxFrames), "face": .string(face.rawValue),
            "geometry": .bool(release != nil), "video": .bool(false), "genetic": .bool(false),
            "data_items": .strings(["image", "calibration"]),
        ]
    }

    private func object(of permit: Permit) -> JSONObject {
        let further = permit.further.map { JSON.object(["id": .string($0.id), "to": .string($0.to)]) }
        return [
            "p": .string(permit.purpose.rawValue), "decision": .string("permit"), "basis": .string(permit.basis),
            "form": .string(permit.form.rawValue), "recipients": .array([.string("store:clinic")] + further),
            "where": .strings(jurisdictions), "retain": .object(["until": .string(permit.keepUntil)]),
            "withdraw": .string(permit.withdraw.rawValue),
            "status": Self.status(uri: permit.listURI, index: permit.index),
        ]
    }

    private static func denial(of purpose: Purpose) -> JSONObject {
        ["p": .string(purpose.rawValue), "decision": .string("deny")]
    }

    static func status(uri: String, index: Int64) -> JSON {
        .object(["status_list": .object(["idx": .integer(index), "uri": .string(uri)])])
    }
}
