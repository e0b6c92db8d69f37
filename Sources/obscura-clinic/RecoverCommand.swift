import ArgumentParser
import Clinic
import Foundation
import JOSE
import Linux
import Policy

extension StationCommand {
    struct Recover: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sign the word that lets a station go on after its hardware or its disk changed.",
            discussion: """
                For a firmware update that changed Secure Boot's state, another mainboard, or a disk that was put back. \
                The request is what `obscura enroll --recover` wrote at the station, the fingerprint what it showed; \
                the word goes back to the station: `obscura enroll --recover --word FILE`.
                """)
        @OptionGroup var place: Place
        @Argument(help: "The station's name.") var name: String
        @Option(help: ArgumentHelp("What the station wrote.", valueName: "file")) var request: String
        @Option(help: ArgumentHelp("Read at the station; spaces do not matter.", valueName: "hex"))
        var fingerprint: String
        @Option(help: ArgumentHelp("Where the word goes.", valueName: "file")) var out: String
        @Flag(name: .long, help: "Do not ask.") var yes = false

        func run() throws {
            let clinic = try place.open()
            let typed = try Fingerprint(typed: fingerprint)
            let bytes: [UInt8]
            do { bytes = try readAll(from: openForReading(request), bound: RecoveryFile.bound) } catch {
                throw ClinicError.file(request, reason: "cannot be read")
            }
            if !yes {
                print("station      \(name)\nfingerprint  \(typed.grouped)\nrecover it? [y/N] ", terminator: "")
                guard readLine()?.lowercased() == "y" else { throw ClinicError.unusable("not recovered") }
            }
            let recovery = try clinic.recover(station: name, request: bytes, fingerprint: typed, at: now())
            do { try Data(recovery.word).write(to: URL(filePath: out), options: .atomic) } catch {
                throw ClinicError.file(out, reason: "cannot be written")
            }
            let version = recovery.policy.claims.version
            let answer: JSONObject = [
                "station": .string(name), "key": .string(typed.hex), "version": .integer(version),
                "replaced": .bool(recovery.hasNewKey), "word": .string(out),
            ]
            show(answer, json: place.json) {
                [
                    recovery.hasNewKey
                        ? "\(name) has another key in policy version \(version); what its old key signed is still taken"
                        : "\(name) keeps its key",
                    "the word for the station: \(out)",
                ]
            }
        }
    }
}
