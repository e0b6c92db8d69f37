import Clinic
import Foundation
import JOSE
import Linux

/// Prints an answer: as canonical JSON for programs, as lines for people.
func show(_ answer: JSONObject, json: Bool, _ lines: () -> [String]) {
    if json {
        print(String(decoding: answer.canonical, as: UTF8.self))
    } else {
        for line in lines() { print(line) }
    }
}

/// Lines in columns: every column is as wide as its longest cell.
func table(_ rows: [[String]]) -> [String] {
    guard let columns = rows.map(\.count).max() else { return [] }
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
        var line = ""
        for (column, cell) in row.enumerated() {
            line += cell
            if column + 1 < row.count { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
        }
        return line
    }
}

/// A moment as people at the clinic write it.
func time(_ seconds: Int64) -> String {
    Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
}

/// Reads an RFC 3339 time, as in `2026-11-21T08:00:00Z`.
func seconds(_ text: String) throws(ClinicError) -> Int64 {
    guard let date = try? Date(text, strategy: .iso8601) else { throw .malformed("time", text) }
    return Int64(date.timeIntervalSince1970)
}

/// A file that the person named; `-` is standard input.
func input(_ name: String, bound: Int) throws(ClinicError) -> [UInt8] {
    do {
        let file = name == "-" ? try standardStream(0) : try openForReading(name)
        return try readAll(from: file, bound: bound)
    } catch FileError.tooLarge(let bound) {
        throw .file(name, reason: "more than \(bound) bytes")
    } catch FileError.system(let error) {
        throw .file(name, reason: error.description)
    } catch let error as SystemCallError {
        throw .file(name, reason: error.description)
    } catch { throw .file(name, reason: "\(error)") }
}

extension [UInt8] {
    /// As text without the space around it.
    var trimmedText: String {
        String(decoding: self, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
