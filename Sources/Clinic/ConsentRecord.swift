import Consent
import JOSE

/// What the clinic keeps of one consent, or of one service token, beside its token and key: where it stands now.
package struct ConsentRecord: Sendable, Equatable {
    /// One place in the status list.
    package struct Entry: Sendable, Equatable {
        /// The purpose, or `consent` for the consent as a whole.
        package let name: String
        package let index: Int
        package var value: StatusValue
    }

    static let whole = "consent"

    package let jti: String
    package let station: String
    /// The handle; nil for a service token, which has no patient.
    package let patient: String?
    package let issuedAt: Int64
    package let expires: Int64
    package var entries: [Entry]
    /// When the key was destroyed, seconds since 1970.
    package var erasedAt: Int64?

    package var reference: ConsentReference { ConsentReference(jti: jti) }

    /// Where the consent as a whole stands.
    package var state: StatusValue { entries.first { $0.name == Self.whole }?.value ?? .invalid }

    init(jti: String, service form: ServiceForm, index: Int) {
        self.jti = jti
        station = form.station
        patient = nil
        issuedAt = form.issuedAt
        expires = form.expires
        entries = [Entry(name: Self.whole, index: index, value: .valid)]
    }

    init(jti: String, form: ConsentForm, indices: [Int]) {
        self.jti = jti
        station = form.station
        patient = form.patient
        issuedAt = form.issuedAt
        expires = form.expires
        let names = [Self.whole] + form.grants.map(\.purpose.rawValue)
        entries = zip(names, indices).map { Entry(name: $0, index: $1, value: .valid) }
    }

    init(parsing bytes: [UInt8], file: String) throws(ClinicError) {
        do {
            var reader = try ObjectReader(parsing: bytes, bound: 65_536)
            jti = try reader.string("jti")
            station = try reader.string("station")
            let patient = try reader.string("patient")
            self.patient = patient.isEmpty ? nil : patient
            issuedAt = try reader.integer("issued")
            expires = try reader.integer("expires")
            erasedAt = reader.optional("erased").flatMap { if case .integer(let time) = $0 { time } else { nil } }
            entries = []
            for var entry in try reader.objects("entries") {
                guard let value = StatusValue(rawValue: try entry.string("value")) else {
                    throw JOSEError.invalid("entries")
                }
                entries.append(
                    Entry(name: try entry.string("name"), index: Int(try entry.integer("index")), value: value))
                try entry.finish()
            }
            try reader.finish()
        } catch { throw .damaged(file) }
    }

    /// The record as JSON, also what `consent list --json` shows.
    package var object: JSONObject {
        [
            "jti": .string(jti), "station": .string(station), "patient": .string(patient ?? ""),
            "issued": .integer(issuedAt), "expires": .integer(expires),
            "erased": erasedAt.map { .integer($0) } ?? .null,
            "entries": .array(
                entries.map {
                    .object([
                        "name": .string($0.name), "index": .integer(Int64($0.index)),
                        "value": .string($0.value.rawValue),
                    ])
                }),
        ]
    }
}

extension ClinicFolder {
    static func consentFolder(_ reference: ConsentReference) -> String { "consents/\(reference.hex)" }

    /// Every consent, oldest first.
    package func consents() throws(ClinicError) -> [ConsentRecord] {
        var records: [ConsentRecord] = []
        for name in try names("consents") {
            let file = "consents/\(name)/state.json"
            // A folder without it is a consent whose making was cut off: its token never left.
            guard exists(file) else { continue }
            records.append(try ConsentRecord(parsing: try read(file), file: file))
        }
        return records.sorted { ($0.issuedAt, $0.jti) < ($1.issuedAt, $1.jti) }
    }

    package func consent(_ reference: ConsentReference) throws(ClinicError) -> ConsentRecord {
        let file = Self.consentFolder(reference) + "/state.json"
        guard exists(file) else { throw .unknownConsent(reference.hex) }
        return try ConsentRecord(parsing: try read(file), file: file)
    }

    func put(_ record: ConsentRecord) throws(ClinicError) {
        try put(record.object.canonical, as: Self.consentFolder(record.reference) + "/state.json")
    }

    /// Finds a consent by its `jti`, by the SHA-256 of it, or by the text of its token.
    package func consent(named text: String) throws(ClinicError) -> ConsentRecord {
        if let jws = try? CompactJWS(parsing: Array(text.utf8), bound: ConsentToken.bound),
            let issuer = try? key(.issuer),
            SessionToken.types.contains(jws.type),
            let payload = try? jws.payload(verifiedBy: issuer.publicKey, type: jws.type),
            case .object(let claims)? = try? JSON(parsing: payload, bound: ConsentToken.bound),
            case .string(let jti)? = claims["jti"]
        {
            return try consent(ConsentReference(jti: jti))
        }
        if let record = try consents().first(where: { $0.reference.hex == text }) { return record }
        let reference = ConsentReference(jti: text)
        guard exists(Self.consentFolder(reference) + "/state.json") else { throw .unknownConsent(text) }
        return try consent(reference)
    }
}
