import ArgumentParser
import Clinic
import Consent
import Foundation
import JOSE
import Linux
import Policy

extension ConsentCommand {
    struct Issue: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issue a consent for one visit at one station; prints the token.",
            discussion: """
                A clinic for patients needs what the patient was shown and signed: --notice, --notice-given and \
                --evidence. A demonstration fills them in.
                """)

        @OptionGroup var place: Place
        @Option(name: .long, help: "The station that may take the pictures.") var station: String
        @Option(name: .long, help: "The patient's handle, never a name.") var patient: String
        @Option(name: .long, help: "A body site, as in SCT:43067004 (scalp); may be repeated.")
        var site: [String] = ["SCT:43067004", "SCT:61719002", "SCT:73897004"]
        @Option(
            name: .long,
            help: "DMS for contact pictures, XC for overviews, M3D for scans (--geometry); may be repeated.")
        var modality: [String] = ["DMS", "XC"]
        @Option(name: .long, help: "How many frames the patient allows.") var frames: Int64 = 60
        @Option(name: .long, help: "Hours that the consent holds, at most 12.") var hours: Int64 = 8
        @Option(name: .long, help: "mask or identifiable.") var face = "mask"
        @Option(name: .long, help: "Grants a purpose besides care, as in research; may be repeated.")
        var grant: [String] = []
        @Option(
            name: .long,
            help: ArgumentHelp("A purpose's own recipient, as in research=FILE.", valueName: "purpose=file"))
        var recipient: [String] = []
        @Option(name: .long, help: "Begins at this time (RFC 3339); otherwise now.") var notBefore: String?
        @Option(name: .long, help: "Ends at this time, in place of --hours.") var expires: String?
        @Option(name: .long, help: "The visit's identifier.") var encounter: String?
        @Option(name: .long, help: "The visit's class.") var encounterClass = "consult"
        @Option(name: .long, help: "ISO 3166 country whose law holds.") var country = "GB"
        @Option(
            name: .long, help: ArgumentHelp("The record is kept until then; eight years otherwise.", valueName: "day"))
        var keepUntil: String?
        @OptionGroup var paper: Paper
        @OptionGroup var release: Release
        @Option(
            name: [.long, .short],
            help: ArgumentHelp("Write the token here, not to standard output.", valueName: "file"))
        var out: String?

        func run() throws {
            let clinic = try place.open()
            let issued = try clinic.issue(try form(try clinic.policy()))
            try show(issued, what: "consent", out: out, in: clinic, json: place.json)
        }

        private func form(_ policy: ClinicPolicy) throws -> ConsentForm {
            let start = try notBefore.map { text throws(ClinicError) in try seconds(text) } ?? now()
            let end = try expires.map { text throws(ClinicError) in try seconds(text) } ?? start + hours * 3600
            guard end > start else { throw ClinicError.malformed("consent", "it ends before it begins") }
            guard let face = FaceRule(rawValue: face) else { throw ValidationError("--face is mask or identifiable") }
            // A token that begins in the past was given then: its times must fit together.
            let issuedAt = min(now(), start)
            let paper = try paper.read(policy, issuedAt: issuedAt)
            let keepUntil = keepUntil ?? String(time(issuedAt + 8 * 365 * 86_400).prefix(10))
            var form = ConsentForm(
                station: station, patient: patient, sites: site, modalities: modality, frames: frames, face: face,
                encounter: encounter ?? "enc_\(UUID().uuidString.prefix(8))", encounterClass: encounterClass,
                country: country, notBefore: start, expires: end, issuedAt: issuedAt, notice: paper.notice,
                given: paper.given, grants: try grants(),
                keepUntil: keepUntil)
            form.release = try release.read(policy, form)
            return form
        }

        private func grants() throws -> [ConsentForm.Grant] {
            var recipients: [String: String] = [:]
            for text in recipient {
                let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2 else { throw ValidationError("--recipient is purpose=file") }
                guard grant.contains(parts[0]) else { throw ValidationError("--recipient needs --grant \(parts[0])") }
                recipients[parts[0]] = try input(parts[1], bound: 8192).trimmedText
            }
            return try (["care"] + grant).map { name in
                guard let purpose = Purpose(rawValue: name) else { throw ClinicError.malformed("purpose", name) }
                return ConsentForm.Grant(purpose: purpose, recipient: recipients[name])
            }
        }
    }
}

/// Writes a token to `out` or prints it.
func show(_ issued: IssuedConsent, what: String, out: String?, in clinic: ClinicFolder, json: Bool) throws {
    let station = issued.record.station
    if !(try clinic.policy()).claims.stations.contains(where: { $0.name == station && $0.state == .approved }) {
        complain("obscura-clinic: note: the policy approves no station named \(station) yet")
    }
    let token = String(decoding: issued.token, as: UTF8.self)
    if let out {
        do {
            try Data((token + "\n").utf8).write(to: URL(fileURLWithPath: out), options: .atomic)
        } catch { throw ClinicError.file(out, reason: "cannot be written") }
    }
    var answer = issued.record.object
    answer.set("token", .string(token))
    show(answer, json: json) {
        guard let out else { return [token] }
        return ["issued \(what) \(issued.record.jti) until \(time(issued.record.expires)) to \(out)"]
    }
}

/// What the patient was shown and signed.
struct Paper: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The notice the patient was given.", valueName: "file")) var notice: String?
    @Option(name: .long, help: "Where the notice can be read.") var noticeURI: String?
    @Option(name: .long, help: "The notice's version.") var noticeVersion = "1"
    @Option(name: .long, help: "The notice's language.") var lang = "en-GB"
    @Option(name: .long, help: "When the patient was given the notice (RFC 3339).") var noticeGiven: String?
    @Flag(name: .long, help: "The patient acknowledged the limits of AI.") var aiLimitsAcknowledged = false
    @Option(name: .long, help: ArgumentHelp("The signature as taken, or the form as scanned.", valueName: "file"))
    var evidence: String?
    @Option(name: .long, help: "self, guardian or representative.") var givenBy = "self"
    @Option(name: .long, help: "adult or child.") var ageBand = "adult"
    @Option(name: .long, help: "How it was given.") var method = "signature-pad"

    /// Reads the files. A demonstration has stand-ins that say so; a clinic for patients has none.
    func read(
        _ policy: ClinicPolicy, issuedAt: Int64
    ) throws -> (notice: ConsentForm.Notice, given: ConsentForm.Given) {
        let isDemonstration = policy.claims.kind == .demonstration
        func bytes(_ file: String?, _ option: String) throws -> [UInt8] {
            if let file { return try input(file, bound: 16 << 20) }
            guard isDemonstration else { throw ValidationError("a clinic for patients needs --\(option)") }
            return Array("demonstration: no patient, no \(option)\n".utf8)
        }
        let text = try bytes(notice, "notice")
        let signature = try bytes(evidence, "evidence")
        let givenAt: Int64
        if let noticeGiven {
            givenAt = try seconds(noticeGiven)
        } else if isDemonstration {
            givenAt = issuedAt - policy.claims.noticeMinutes * 60 - 60
        } else {
            throw ValidationError("a clinic for patients needs --notice-given")
        }
        return (
            ConsentForm.Notice(
                uri: noticeURI ?? "https://\(policy.claims.iss)/notice/\(noticeVersion)", version: noticeVersion,
                language: lang, text: text, givenAt: givenAt, limitsOfAIAcknowledged: aiLimitsAcknowledged),
            ConsentForm.Given(at: issuedAt, by: givenBy, ageBand: ageBand, method: method, evidence: signature)
        )
    }
}
