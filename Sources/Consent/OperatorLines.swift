import JOSE

extension ConsentError {
    /// What the operator reads after `refused: `: one line, lower case, no full stop.
    package var operatorLine: String {
        switch self {
        case .size(let count): "this consent has \(count) bytes, more than a consent may have"
        case .malformed(let error): "this consent cannot be read: \(error.operatorLine)"
        case .algorithm(let name): "this consent is signed with \(quoted(name)); only ES256 is taken"
        case .type(let name): "this document is \(quoted(name)), not what was asked for"
        case .unknownKey(let kid): "the clinic policy names no key \(quoted(kid)) for this"
        case .signature: "the signature does not hold"
        case .issuer(let name): "the key does not belong to the issuer \(quoted(name))"
        case .audience(let names): "this consent is for \(quoted(names.joined(separator: ", "))), not for this station"
        case .notYetValid(let from): "not valid before \(utc(from))"
        case .expired(let at): "this consent expired at \(utc(at))"
        case .lifetime(let seconds, let most): "it holds for \(seconds / 3600) hours; \(most / 3600) are the most"
        case .noticeRetired(let version): "notice version \(quoted(version)) was retired by the clinic"
        case .noticeTooShort(let seconds): "the patient had the notice for only \(seconds / 60) minutes"
        case .limitsOfAINotAcknowledged: "the patient has not acknowledged the limits of AI"
        case .givenInFuture(let at): "this consent was given at \(utc(at)), after it was issued"
        case .givenBy(let name): "consent cannot be given by \(quoted(name))"
        case .ageBand(let name): "the age band \(quoted(name)) is not known"
        case .methodDefault: "a consent given by default is no consent"
        case .guardianNeeded: "a child's consent must be given by a guardian"
        case .captureScope(let member): "nothing usable stands under \(quoted(member)) in this consent"
        case .careNotPermitted: "this consent does not permit care"
        case .grantTwice(let name): "the purpose \(quoted(name)) stands twice in this consent"
        case .grantIncomplete(let purpose, let member): "the grant \(purpose.rawValue) lacks \(quoted(member))"
        case .geometryWithoutRelease: "3D capture needs a written biometric release"
        case .genetic: "this consent asks for genetic data, which this station never takes"
        case .recipient(let name): "the recipient \(quoted(name)) in this consent cannot be used"
        default: situation
        }
    }

    /// The lines about lists, time and the session.
    private var situation: String {
        switch self {
        case .statusListNotInPolicy(let uri): "the clinic policy names no status list \(quoted(uri))"
        case .statusListMissing(let uri): "the status list \(quoted(uri)) has not been fetched yet"
        case .statusListExpired(_, let at): "the status list ended at \(utc(at)); withdrawals cannot be seen"
        case .statusListInvalid(let member): "the status list cannot be used: \(quoted(member))"
        case .statusIndex(let index, let entries): "entry \(index) is not in the status list of \(entries)"
        case .withdrawn: "the patient has withdrawn this consent"
        case .suspended: "this consent is suspended"
        case .serviceEnded: "the clinic has taken this service token back"
        case .clockBelowFloor(let now, let floor): "the clock says \(utc(now)), but it has been \(utc(floor)) already"
        case .clockDrift(let seconds): "the clock was set by \(seconds) seconds during the session"
        case .sessionAlreadyOpen: "another session is open"
        case .noSession: "no session is open"
        case .site(let site): "this consent does not cover the site \(site)"
        case .modality(let modality): "this consent does not cover the modality \(modality)"
        case .exposures(let count): "a shot cannot have \(count) exposures"
        case .noFramesLeft(let limit): "this consent has no frames left for the shot, of \(limit)"
        case .ledger(let fault): "the journal could not be written: \(fault.call), errno \(fault.errno)"
        default: "this consent cannot be used"
        }
    }

    /// A word for the journal: the reason without any content of the token.
    package var code: String {
        let name = "\(self)".prefix { $0 != "(" }
        return String(name)
    }
}

extension JOSEError {
    /// The fault in a few words for a person.
    package var operatorLine: String {
        switch self {
        case .size(let count, let bound): "\(count) bytes, \(bound) are the most"
        case .json(.duplicateKey(let key), _): "the key \(quoted(key)) stands twice"
        case .json(_, let offset): "no strict JSON at byte \(offset)"
        case .missing(let path): "\(quoted(path)) is missing"
        case .invalid(let path): "\(quoted(path)) has a value that is not allowed"
        case .unknownMember(let path): "\(quoted(path)) is not known"
        case .base64url: "no canonical base64url"
        case .hex: "no lower-case hex of the right length"
        case .parts(let count): "\(count) parts, a signed document has three"
        case .algorithm(let name): "signed with \(quoted(name))"
        case .type(let name): "a document of type \(quoted(name))"
        case .signatureLength(let count): "a signature of \(count) bytes"
        case .signature: "the signature does not hold"
        case .key: "no P-256 public key"
        case .notPinned(let fingerprint): "the root key is \(fingerprint), not the pinned one"
        }
    }
}

/// Text from outside, shortened, with everything but printable ASCII replaced: it goes to a terminal.
private func quoted(_ text: String) -> String {
    let safe = text.utf8.prefix(64).map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: "?") }
    return "'" + String(decoding: safe, as: UTF8.self) + "'"
}

/// `YYYY-MM-DD HH:MM:SS UTC` of seconds since 1970 (civil-from-days, proleptic Gregorian calendar).
private func utc(_ seconds: Int64) -> String {
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let second = ((seconds % 86_400) + 86_400) % 86_400
    let days = (seconds - second) / 86_400 + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return "\(year)-\(two(month))-\(two(day)) \(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)) UTC"
}
