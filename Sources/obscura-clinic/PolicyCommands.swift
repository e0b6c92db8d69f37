import ArgumentParser
import Clinic
import Crypto
import Foundation
import Hex
import JOSE
import Policy

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "What the clinic's root tells every station.",
        subcommands: [Show.self, Sign.self])

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the policy in force.")
        @OptionGroup var place: Place

        func run() throws {
            let clinic = try place.open()
            try showPolicy(try clinic.policy(), of: clinic, json: place.json)
        }
    }

    struct Sign: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sign the next version of the policy, with changes where named.")
        @OptionGroup var place: Place
        @Option(name: .long, help: "Days that a station keeps a bundle after the store has it.")
        var keepDays: Int64?
        @Option(name: .long, help: "Least minutes between the notice and the consent.")
        var noticeMinutes: Int64?
        @Option(
            name: .long,
            help: ArgumentHelp("A notice's text under which no consent is taken any more.", valueName: "file"))
        var retireNotice: [String] = []
        @Option(
            name: .long,
            help: ArgumentHelp(
                "A model of camera that stations may use, by its USB ids; the first one named forbids all others.",
                valueName: "vvvv:pppp"))
        var camera: [String] = []
        @Option(
            name: .long,
            help: ArgumentHelp(
                "A body site's rule: whether a face belongs there (expected, possible, unexpected), and below-brow where the hairline has to stay visible.",
                valueName: "code=face[,below-brow]"))
        var site: [SiteText] = []
        @Flag(name: .long, help: "Stations may use any camera that their administrator approves.") var anyCamera = false

        func validate() throws {
            if anyCamera, !camera.isEmpty { throw ValidationError("--any-camera and --camera exclude each other") }
        }

        func run() throws {
            let clinic = try place.open()
            var retired: [String] = []
            for file in retireNotice {
                retired.append(Hex.encode(SHA256.hash(data: try input(file, bound: 16 << 20))))
            }
            let policy = try clinic.signPolicy(at: now()) { claims in
                if let keepDays { claims.keepDays = keepDays }
                if let noticeMinutes { claims.noticeMinutes = noticeMinutes }
                if anyCamera { claims.cameras = [] }
                for model in camera where !claims.cameras.contains(model) { claims.cameras.append(model) }
                for named in site.map(\.site) {
                    claims.sites.removeAll { $0.code == named.code }
                    claims.sites.append(named)
                }
                for digest in retired where !claims.retiredNotices.contains(digest) {
                    claims.retiredNotices.append(digest)
                }
            }
            try showPolicy(policy, of: clinic, json: place.json)
        }
    }
}

private func showPolicy(_ policy: ClinicPolicy, of clinic: ClinicFolder, json: Bool) throws {
    let claims = policy.claims
    let root = try clinic.rootFingerprint()
    guard case .object(let answer) = try JSON(parsing: claims.payload, bound: 1 << 20) else { return }
    show(answer, json: json) {
        table([
            ["clinic", "\(claims.iss) (\(claims.kind.rawValue))"],
            ["version", "\(claims.version), signed \(time(claims.issuedAt))"],
            ["root", root.grouped],
            ["store", "\(claims.store.name), \(claims.store.url)"],
            ["keep", "\(claims.keepDays) days"],
            ["notice", "\(claims.noticeMinutes) minutes before the consent, \(claims.retiredNotices.count) retired"],
            [
                "cameras",
                claims.cameras.isEmpty ? "any that a station approves" : claims.cameras.joined(separator: ", "),
            ],
            ["sites", claims.sites.map(\.line).joined(separator: ", ")],
            ["stations", "\(claims.stations.filter { $0.state == .approved }.count) approved"],
        ])
    }
}

/// A site's rule as it is typed.
struct SiteText: ExpressibleByArgument {
    let site: PolicyClaims.Site

    init?(argument: String) {
        guard let site = PolicyClaims.Site(line: argument) else { return nil }
        self.site = site
    }
}
