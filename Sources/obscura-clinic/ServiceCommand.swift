import ArgumentParser
import Clinic
import Consent
import Foundation
import JOSE

struct ServiceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "Let a station be tried without a patient; prints the token.",
        discussion: """
            The pictures are masked, sealed and delivered like any, say that they are tests, and are never clinical. \
            `consent withdraw` takes the token back, `consent erase` destroys its key.
            """)

    @OptionGroup var place: Place
    @Option(name: .long, help: "The station that is tried.") var station: String
    @Option(name: .long, help: ArgumentHelp("Why, in a few words without names.", valueName: "words"))
    var reason: String
    @Option(name: .long, help: "The body site that tests are labelled with; may be repeated.")
    var site: [String] = ["SCT:43067004"]
    @Option(name: .long, help: "DMS for contact pictures, XC for overviews; may be repeated.")
    var modality: [String] = ["DMS", "XC"]
    @Option(name: .long, help: "How many frames, at most 200.") var frames: Int64 = 20
    @Option(name: .long, help: "Hours that the token holds, at most 4.") var hours: Int64 = 2
    @Option(
        name: [.long, .short],
        help: ArgumentHelp("Write the token here, not to standard output.", valueName: "file"))
    var out: String?

    func run() throws {
        let clinic = try place.open()
        let issuedAt = now()
        guard (1...4).contains(hours) else { throw ValidationError("--hours is 1 to 4") }
        let issued = try clinic.issueService(
            ServiceForm(
                station: station, reason: reason, modalities: modality, sites: site, frames: frames,
                issuedAt: issuedAt, expires: issuedAt + hours * 3600))
        try show(issued, what: "service token", out: out, in: clinic, json: place.json)
    }
}
