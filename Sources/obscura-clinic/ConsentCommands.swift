import ArgumentParser
import Clinic
import Consent
import Foundation
import JOSE

struct ConsentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent", abstract: "Patients' consents: each has a key of its own.",
        subcommands: [Issue.self, List.self, Withdraw.self, Erase.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Every consent and where it stands.")
        @OptionGroup var place: Place

        func run() throws {
            let records = try place.open().consents()
            show(["consents": .array(records.map { .object($0.object) })], json: place.json) {
                records.isEmpty
                    ? ["no consent was issued"]
                    : table(
                        records.map {
                            let state = $0.erasedAt == nil ? $0.state.rawValue : "erased"
                            return [$0.jti, $0.patient ?? "(service)", $0.station, state, "until \(time($0.expires))"]
                        })
            }
        }
    }

    struct Withdraw: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a consent back; stations learn it from the status list.",
            discussion: "For good, unless --suspend is given; a suspension ends with --restore.")
        @OptionGroup var place: Place
        @Argument(help: "The consent's jti, or the file of its token.") var consent: String
        @Flag(help: "Hold it back, or take the holding back.") var manner: Manner?
        @Option(name: .long, help: "One purpose only, as in research; care goes on.") var purpose: String?

        enum Manner: String, EnumerableFlag { case suspend, restore }

        func run() throws {
            let clinic = try place.open()
            let record = try find(consent, in: clinic)
            var only: Purpose?
            if let purpose {
                guard let known = Purpose(rawValue: purpose) else { throw ClinicError.malformed("purpose", purpose) }
                only = known
            }
            let act: Withdrawal =
                switch manner {
                case .suspend: .suspend
                case .restore: .restore
                case nil: .withdraw
                }
            let changed = try clinic.change(record, purpose: only, to: act, at: now())
            show(changed.object, json: place.json) {
                let words = [Withdrawal.withdraw: "withdrew", .suspend: "suspended", .restore: "restored"][act] ?? ""
                let what = purpose.map { "\($0) of " } ?? ""
                return ["\(words) \(what)consent \(changed.jti); the status list is signed"]
            }
        }
    }

    struct Erase: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Destroy a consent's key: every copy of every bundle under it dies.")
        @OptionGroup var place: Place
        @Argument(help: "The consent's jti, or the file of its token.") var consent: String
        @Option(name: .long, help: ArgumentHelp("When the last backup of this folder is destroyed.", valueName: "day"))
        var backupsUntil: String?
        @Flag(name: .long, help: "Do not ask.") var yes = false

        func run() throws {
            let clinic = try place.open()
            let record = try find(consent, in: clinic)
            if let backupsUntil { _ = try seconds(backupsUntil + "T00:00:00Z") }
            if !yes {
                print("destroy the key of consent \(record.jti) for ever? [y/N] ", terminator: "")
                guard readLine()?.lowercased() == "y" else { throw ClinicError.unusable("not erased") }
            }
            let erasure = try clinic.erase(record, at: now())
            let answer: JSONObject = [
                "consent": .string(record.jti), "bundles": .integer(Int64(erasure.bundles)),
                "backups_until": backupsUntil.map { .string($0) } ?? .null,
            ]
            show(answer, json: place.json) {
                [
                    "destroyed the key of consent \(record.jti)",
                    "\(erasure.bundles) bundles in the store, and every copy elsewhere, can no longer be opened",
                    backupsUntil.map { "backups of this folder still hold the key; the last one expires \($0)" }
                        ?? "backups of this folder still hold the key until they expire; name the day with --backups-until",
                ]
            }
        }
    }
}

/// A consent by its `jti`, the digest of it, or the file of its token.
func find(_ name: String, in clinic: ClinicFolder) throws(ClinicError) -> ConsentRecord {
    guard FileManager.default.fileExists(atPath: name) else { return try clinic.consent(named: name) }
    return try clinic.consent(named: try input(name, bound: ConsentToken.bound).trimmedText)
}
