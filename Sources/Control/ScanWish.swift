import JOSE

/// What a technician asks of a scanner's export: whose site it shows, and in which scanner's folder it lies.
package struct ScanWish: Sendable, Equatable {
    /// Site and modality as in the token.
    package let site: String
    package let modality: String
    /// The scanner's name in the configuration.
    package let scanner: String

    package init(site: String, modality: String, scanner: String) {
        (self.site, self.modality, self.scanner) = (site, modality, scanner)
    }

    /// Reads the members of a scan's request; the caller finishes the reader.
    package init(reading reader: inout ObjectReader) throws(JOSEError) {
        site = try reader.string("site")
        modality = try reader.string("modality")
        scanner = try reader.string("scanner")
    }

    /// The members of a scan's request, for the desk and for capture.
    package var object: JSONObject {
        ["site": .string(site), "modality": .string(modality), "scanner": .string(scanner)]
    }
}
