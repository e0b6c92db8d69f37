/// Group and element number.
package struct DICOMTag: Sendable, Hashable, Comparable {
    package let group: UInt16
    package let element: UInt16

    package init(_ group: UInt16, _ element: UInt16) {
        self.group = group
        self.element = element
    }

    package static func < (one: DICOMTag, other: DICOMTag) -> Bool {
        (one.group, one.element) < (other.group, other.element)
    }
}

/// Text for the value representations LO and SH: UTF-8 without backslash and control characters.
package struct DICOMText: Sendable, Hashable {
    package let text: String

    /// - Parameter characters: the most that the representation takes: 64 for LO, 16 for SH.
    package init(parsing text: String, characters: Int = 64) throws(DICOMError) {
        guard !text.isEmpty, text.unicodeScalars.count <= characters,
            text.unicodeScalars.allSatisfy(Self.takes), text.first != " ", text.last != " "
        else { throw .text(text) }
        self.text = text
    }

    /// A device's own words about itself, made harmless: other characters become `?`, the text is cut to 64, and
    /// what is empty becomes `unknown`.
    package init(cleaning words: String) {
        var scalars = String.UnicodeScalarView()
        for scalar in words.unicodeScalars.prefix(64) { scalars.append(Self.takes(scalar) ? scalar : "?") }
        let parts = String(scalars).split(separator: " ")
        text = parts.isEmpty ? "unknown" : parts.joined(separator: " ")
    }

    private static func takes(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x20 && scalar != "\\" && !(0x7F...0x9F).contains(scalar.value)
    }
}

/// A unique identifier (PS3.5, 9.1).
package struct DICOMUID: Sendable, Hashable {
    package let text: String

    package init(parsing text: String) throws(DICOMError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...64).contains(text.utf8.count), parts.count > 1,
            parts.allSatisfy({ part in
                part == "0" || part.first != "0" && !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            })
        else { throw .uid(text) }
        self.text = text
    }

    /// `2.25.` and 128 bits as a decimal number (PS3.5, B.2).
    package init(bits: UInt128) { text = "2.25.\(bits)" }

    init(known text: String) { self.text = text }

    static let photograph = DICOMUID(known: "1.2.840.10008.5.1.4.1.1.77.1.4")
    static let dermoscopy = DICOMUID(known: "1.2.840.10008.5.1.4.1.1.77.1.7")
    static let jpegBaseline = DICOMUID(known: "1.2.840.10008.1.2.4.50")
    static let jpegLSLossless = DICOMUID(known: "1.2.840.10008.1.2.4.80")
    /// This program's own, from a UUID made once for it.
    static let implementation = DICOMUID(known: "2.25.56092132108473281790863804565022713283")
}

/// A coded concept: value, scheme, meaning.
package struct DICOMCode: Sendable, Hashable {
    package let value: DICOMText
    package let scheme: DICOMText
    package let meaning: DICOMText

    package init(value: String, scheme: String, meaning: String) throws(DICOMError) {
        self.value = try DICOMText(parsing: value, characters: 16)
        self.scheme = try DICOMText(parsing: scheme, characters: 16)
        self.meaning = try DICOMText(parsing: meaning)
    }

    /// The meaning of a SNOMED CT body site that Obscura knows by itself; nil for others (DICOM CID 4029).
    package static func site(snomed value: String) -> DICOMCode? {
        guard let meaning = sites[value] else { return nil }
        return try? DICOMCode(value: value, scheme: "SCT", meaning: meaning)
    }

    private static let sites = [
        "43067004": "Scalp", "61719002": "Vertex of scalp", "21672008": "Parietal region of scalp",
        "16621002": "Temporal region of scalp", "79951008": "Occipital region of scalp", "68698007": "Forehead",
        "73897004": "Face",
    ]
}

/// A moment in Coordinated Universal Time.
package struct DICOMTime: Sendable, Hashable {
    /// YYYYMMDD
    package let date: String
    /// HHMMSS.FFFFFF
    package let time: String

    /// - Parameters:
    ///   - seconds: since 1970-01-01 00:00 UTC.
    ///   - microseconds: 0 to 999999.
    package init(seconds: Int64, microseconds: Int = 0) throws(DICOMError) {
        guard (0..<253_402_300_800).contains(seconds), (0...999_999).contains(microseconds) else {
            throw .time(seconds)
        }
        // Days to a Gregorian date, counted in years that begin with March so that the leap day is last.
        let days = Int(seconds / 86400) + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        date = Self.digits(year, 4) + Self.digits(month, 2) + Self.digits(dayOfYear - (153 * marchMonth + 2) / 5 + 1, 2)
        let second = Int(seconds % 86400)
        time =
            Self.digits(second / 3600, 2) + Self.digits(second / 60 % 60, 2) + Self.digits(second % 60, 2) + "."
            + Self.digits(microseconds, 6)
    }

    private static func digits(_ number: Int, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}
