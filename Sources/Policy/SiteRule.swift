import JOSE

/// What a clinic's policy says of the pictures of a body site.
package struct SiteRule: Sendable, Equatable {
    /// Whether a face belongs into them.
    package enum Face: String, Sendable, CaseIterable {
        /// An overview: a face is in the frame.
        case expected
        /// A face may or may not be there.
        case possible
        /// Crown or donor area: a face at the edge is hidden, and one in the middle is a mistake.
        case unexpected
    }

    /// How much of a face is hidden.
    package enum Shape: String, Sendable, CaseIterable {
        /// The whole face and a margin.
        case face
        /// From the brow to the chin: in hair restoration the hairline is the picture. Such a picture still shows
        /// recognizable features and serves care alone.
        case belowBrow = "below-brow"
    }

    package let face: Face
    package let shape: Shape

    package init(face: Face, shape: Shape) { (self.face, self.shape) = (face, shape) }

    /// For a site that the policy does not name.
    package static let unnamed = SiteRule(face: .possible, shape: .face)
}

extension PolicyClaims {
    /// The rule of one coded body site, as in `SCT:61719002`.
    package struct Site: Sendable, Equatable {
        package let code: String
        package let rule: SiteRule

        package init(code: String, rule: SiteRule) { (self.code, self.rule) = (code, rule) }
    }

    /// What a new clinic starts with: the head's sites of DICOM CID 4029, by their SNOMED CT codes.
    package static let usualSites: [Site] = [
        Site(code: "SCT:73897004", rule: SiteRule(face: .expected, shape: .face)),
        Site(code: "SCT:68698007", rule: SiteRule(face: .possible, shape: .belowBrow)),
        Site(code: "SCT:61719002", rule: SiteRule(face: .unexpected, shape: .face)),
        Site(code: "SCT:79951008", rule: SiteRule(face: .unexpected, shape: .face)),
    ]

    /// Sites that one policy may name.
    static let mostSites = 256

    /// `SCHEME:CODE` of capital letters and digits, at most 32 bytes.
    static func isSite(_ code: String) -> Bool {
        let parts = code.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
        return code.utf8.count <= 32 && parts.count == 2
            && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(alphabet.contains) }
    }
}

extension PolicyClaims.Site {
    init(reading entry: inout ObjectReader) throws(JOSEError) {
        code = try entry.text("site")
        guard PolicyClaims.isSite(code) else { throw .invalid(entry.path("site")) }
        rule = SiteRule(face: try entry.choice("face"), shape: try entry.choice("shape"))
        try entry.finish()
    }

    /// Reads `SCT:61719002=unexpected` or `SCT:68698007=possible,below-brow`; nil when it is neither.
    package init?(line: String) {
        let parts = line.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, PolicyClaims.isSite(parts[0]) else { return nil }
        let words = parts[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard let face = SiteRule.Face(rawValue: words[0]), words.count <= 2 else { return nil }
        guard words.count == 1 || words[1] == SiteRule.Shape.belowBrow.rawValue else { return nil }
        self.init(code: parts[0], rule: SiteRule(face: face, shape: words.count == 2 ? .belowBrow : .face))
    }

    /// The rule as `init(line:)` reads it.
    package var line: String {
        "\(code)=\(rule.face.rawValue)" + (rule.shape == .face ? "" : ",\(rule.shape.rawValue)")
    }

    var object: JSONObject {
        ["site": .string(code), "face": .string(rule.face.rawValue), "shape": .string(rule.shape.rawValue)]
    }
}

extension ClinicPolicy {
    package func rule(ofSite code: String) -> SiteRule {
        claims.sites.first { $0.code == code }?.rule ?? .unnamed
    }
}
