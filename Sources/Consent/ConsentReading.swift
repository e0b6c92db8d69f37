import Hex
import JOSE

extension ConsentClaims {
    /// Reads the payload of a token; an unknown member is refused by its path. The order here is of no consequence:
    /// what the claims mean is judged afterwards.
    init(parsing payload: [UInt8]) throws(ConsentError) {
        var reader = try reading { () throws(JOSEError) in
            try ObjectReader(parsing: payload, bound: ConsentToken.bound)
        }
        iss = try reader.text("iss")
        aud = try reading { () throws(JOSEError) in try reader.strings("aud") }
        handle = try reader.handle("sub")
        jti = try reader.text("jti")
        times = try reader.times()
        try reader.version()
        recordID = try reader.record()
        notice = try reader.notice()
        try reader.controller()
        _ = try reading { () throws(JOSEError) in try reader.strings("juris") }
        _ = try reader.text("withdraw_uri")
        given = try reader.given()
        sealTo = try reader.within("seal") { reader throws(ConsentError) in try reader.text("to") }
        capture = try reader.capture()
        (permitted, denied) = try reader.grants()
        hasRelease = try reader.release()
        status = try reader.status()
        who = try reader.optionalText("who")
        try reading { () throws(JOSEError) in try reader.finish() }
    }
}

extension ObjectReader {
    mutating func text(_ key: String) throws(ConsentError) -> String {
        let text = try reading { () throws(JOSEError) in try string(key) }
        guard (1...4096).contains(text.utf8.count) else { throw .malformed(.invalid(path(key))) }
        return text
    }

    mutating func optionalText(_ key: String) throws(ConsentError) -> String? {
        optional(key) == nil ? nil : try text(key)
    }

    mutating func time(_ key: String) throws(ConsentError) -> Int64 {
        let seconds = try reading { () throws(JOSEError) in try integer(key) }
        guard (0...253_402_300_799).contains(seconds) else { throw .malformed(.invalid(path(key))) }
        return seconds
    }

    mutating func choice<C: RawRepresentable<String>>(_ key: String) throws(ConsentError) -> C {
        guard let choice = C(rawValue: try text(key)) else { throw .malformed(.invalid(path(key))) }
        return choice
    }

    mutating func flag(_ key: String) throws(ConsentError) -> Bool {
        try reading { () throws(JOSEError) in try bool(key) }
    }

    /// A SHA-256 in base64url, answered in hex.
    mutating func digest(_ key: String) throws(ConsentError) -> String {
        let bytes = try reading { () throws(JOSEError) in try Base64URL.decode(string(key)) }
        guard bytes.count == 32 else { throw .malformed(.invalid(path(key))) }
        return Hex.encode(bytes)
    }

    mutating func handle(_ key: String) throws(ConsentError) -> String {
        let handle = try text(key)
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-".utf8)
        guard handle.utf8.count <= 64, handle.utf8.allSatisfy(alphabet.contains) else {
            throw .malformed(.invalid(path(key)))
        }
        return handle
    }

    /// Reads the object under `key` to its last member.
    mutating func within<T>(
        _ key: String, _ read: (inout ObjectReader) throws(ConsentError) -> T
    ) throws(ConsentError) -> T {
        var inner = try reading { () throws(JOSEError) in try object(key) }
        let result = try read(&inner)
        try reading { () throws(JOSEError) in try inner.finish() }
        return result
    }

    mutating func record() throws(ConsentError) -> String {
        try within("record") { record throws(ConsentError) in
            _ = try record.text("schema")
            _ = try record.digest("sha256")
            _ = try record.optionalText("fhir")
            return try record.text("id")
        }
    }

    mutating func notice() throws(ConsentError) -> ConsentClaims.Notice {
        try within("notice") { notice throws(ConsentError) in
            ConsentClaims.Notice(
                uri: try notice.text("uri"), version: try notice.text("version"),
                language: try notice.text("lang"), sha256: try notice.digest("sha256"),
                givenAt: try notice.time("given_at"), limitsOfAIAcknowledged: try notice.flag("ai_limits_ack"))
        }
    }

    mutating func controller() throws(ConsentError) {
        try within("controller") { controller throws(ConsentError) in
            _ = try controller.text("id")
            _ = try controller.optionalText("dpo")
            _ = try controller.optionalText("complaint_uri")
        }
    }

    mutating func given() throws(ConsentError) -> ConsentClaims.Given {
        try within("given") { given throws(ConsentError) in
            _ = try given.digest("evidence_sha256")
            return ConsentClaims.Given(
                at: try given.time("at"), by: try given.text("by"), ageBand: try given.text("age_band"),
                method: try given.text("method"))
        }
    }

    mutating func times() throws(ConsentError) -> TokenTimes {
        TokenTimes(issuedAt: try time("iat"), notBefore: try time("nbf"), expires: try time("exp"))
    }

    mutating func version() throws(ConsentError) {
        let version = try reading { () throws(JOSEError) in try integer("ver") }
        guard version == 1 else { throw .malformed(.invalid("ver")) }
    }

    mutating func scope() throws(ConsentError) -> CaptureScope {
        var modalities: [Modality] = []
        for text in try reading({ () throws(JOSEError) in try strings("modalities") }) {
            modalities.append(try Modality(parsing: text))
        }
        var sites: [Site] = []
        for text in try reading({ () throws(JOSEError) in try strings("sites") }) {
            sites.append(try Site(parsing: text))
        }
        return CaptureScope(
            modalities: modalities, sites: sites,
            maxFrames: try reading { () throws(JOSEError) in try integer("max_frames") })
    }

    mutating func capture() throws(ConsentError) -> ConsentClaims.Capture {
        try within("capture") { capture throws(ConsentError) in
            let scope = try capture.scope()
            return ConsentClaims.Capture(
                encounter: try capture.text("encounter"), encounterClass: try capture.text("class"), scope: scope,
                face: try capture.choice("face"), geometry: try capture.flag("geometry"),
                video: try capture.flag("video"), genetic: try capture.flag("genetic"),
                dataItems: try reading { () throws(JOSEError) in try capture.strings("data_items") })
        }
    }

    /// Whether a biometric release stands in the token; the release itself must be whole.
    mutating func release() throws(ConsentError) -> Bool {
        switch optional("biometric_release") {
        case nil, .null: return false
        default:
            try within("biometric_release") { release throws(ConsentError) in
                _ = try release.text("policy_uri")
                _ = try release.time("informed_at")
                _ = try release.text("purpose")
                _ = try release.text("term")
                _ = try release.text("destroy_by")
                _ = try release.digest("release_sha256")
                _ = try release.time("signed_at")
                _ = try release.text("signer")
            }
            return true
        }
    }

    mutating func status() throws(ConsentError) -> ConsentClaims.Status {
        try within("status") { status throws(ConsentError) in
            try status.within("status_list") { list throws(ConsentError) in
                let index = try reading { () throws(JOSEError) in try list.integer("idx") }
                guard index >= 0 else { throw .malformed(.invalid(list.path("idx"))) }
                return ConsentClaims.Status(uri: try list.text("uri"), index: index)
            }
        }
    }
}
