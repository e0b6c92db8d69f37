import ArgumentParser
import Clinic
import Foundation
import JOSE
import Policy

struct StationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "station", abstract: "The imaging stations that may deliver.",
        subcommands: [List.self, Approve.self, Recover.self, Lost.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Stations in the policy, and enrolments that wait.")
        @OptionGroup var place: Place

        func run() throws {
            let clinic = try place.open()
            let stations = try clinic.policy().claims.stations
            let known = Set(stations.map(\.key))
            let waiting = try clinic.enrolments().filter { !known.contains($0.key) }
            let rows =
                stations.map { [$0.name, $0.state.rawValue, $0.keys.rawValue, $0.key.hex] }
                + waiting.map { [$0.station, "waiting", $0.keys.rawValue, $0.key.hex] }
            let objects = rows.map {
                JSON.object([
                    "name": .string($0[0]), "state": .string($0[1]), "keys": .string($0[2]), "key": .string($0[3]),
                ])
            }
            show(["stations": .array(objects)], json: place.json) {
                rows.isEmpty ? ["no station has enrolled"] : table(rows)
            }
        }
    }

    struct Approve: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve a station into a new version of the policy.",
            discussion: "The fingerprint is what `obscura enroll` shows at the station itself, never what was mailed.")
        @OptionGroup var place: Place
        @Argument(help: "The station's name.") var name: String
        @Option(name: .long, help: ArgumentHelp("Read at the station; spaces do not matter.", valueName: "hex"))
        var fingerprint: String
        @Option(name: .long, help: "tpm or software: approve by the fingerprint alone, without a delivered enrolment.")
        var keys: String?
        @Flag(name: .long, help: "Do not ask.") var yes = false

        func run() throws {
            let clinic = try place.open()
            let typed = try Fingerprint(typed: fingerprint)
            if !yes {
                print("station      \(name)\nfingerprint  \(typed.grouped)\napprove it? [y/N] ", terminator: "")
                guard readLine()?.lowercased() == "y" else { throw ClinicError.unusable("not approved") }
            }
            let policy: ClinicPolicy
            if let keys {
                guard let keys = PolicyClaims.Station.Keys(rawValue: keys) else {
                    throw ValidationError("--keys is tpm or software")
                }
                policy = try clinic.approve(station: name, fingerprint: typed, keys: keys, at: now())
            } else {
                policy = try clinic.approve(station: name, fingerprint: typed, at: now())
            }
            let answer: JSONObject = [
                "station": .string(name), "key": .string(typed.hex), "version": .integer(policy.claims.version),
            ]
            show(answer, json: place.json) { ["approved \(name) in policy version \(policy.claims.version)"] }
        }
    }

    struct Lost: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Mark a station lost: nothing that it signs is taken any more.",
            discussion: "Says which of its numbers arrived, and which are missing.")
        @OptionGroup var place: Place
        @Argument(help: "The station's name.") var name: String

        func run() throws {
            let clinic = try place.open()
            let policy = try clinic.lose(station: name, at: now())
            let accounts = try clinic.accounts(of: name)
            let answer: JSONObject = [
                "station": .string(name), "version": .integer(policy.claims.version),
                "keys": .array(accounts.map { .object(Self.object($0.key.hex, $0.account)) }),
            ]
            show(answer, json: place.json) {
                ["\(name) is lost in policy version \(policy.claims.version)"]
                    + accounts.flatMap { Self.lines($0.key.hex, $0.account) }
            }
        }

        private static func object(_ key: String, _ account: StationAccount) -> JSONObject {
            func numbers(_ list: [UInt64]) -> JSON { .array(list.map { .integer(Int64($0)) }) }
            func pairs(_ list: [ClosedRange<UInt64>]) -> JSON {
                .array(list.map { .array([.integer(Int64($0.lowerBound)), .integer(Int64($0.upperBound))]) })
            }
            return [
                "key": .string(key), "arrived": numbers(account.arrived), "void": numbers(account.void),
                "unused": pairs(account.unused), "missing": pairs(account.missing),
            ]
        }

        private static func lines(_ key: String, _ account: StationAccount) -> [String] {
            let last = account.arrived.last.map { "whether it made more after \($0) is not known here" }
            return ["key \(key)", "  arrived  \(account.arrived.isEmpty ? "nothing" : ranges(account.arrived))"]
                + (account.void.isEmpty ? [] : ["  void     \(ranges(account.void))"])
                + (account.unused.isEmpty
                    ? []
                    : [
                        "  unused   \(account.unused.map(words).joined(separator: ", ")): no picture had these numbers"
                    ])
                + account.missing.map { "  MISSING  \(words($0)): at least one picture is not here" }
                + (last.map { ["  \($0)"] } ?? [])
        }

        /// `1-3, 5`
        private static func ranges(_ numbers: [UInt64]) -> String {
            var found: [ClosedRange<UInt64>] = []
            for number in numbers {
                if let last = found.last, last.upperBound + 1 == number {
                    found[found.count - 1] = last.lowerBound...number
                } else {
                    found.append(number...number)
                }
            }
            return found.map(words).joined(separator: ", ")
        }

        private static func words(_ range: ClosedRange<UInt64>) -> String {
            range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
        }
    }
}
