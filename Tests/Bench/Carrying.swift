import BundleFormat
import Foundation
import Linux
import StoreRig

/// Carries a bundle of 64 MiB to a real store by `obscura-forward`, and one like it by `curl -T`.
///
/// curl is given the upload ready made, and its wall time is of the one request that carries the pictures; forward's is
/// of everything: its start, the upload's making, the head, the pictures, the receipt, the policy and the lists.
func carrying(_ folder: String) async throws -> [String: Double] {
    let clinic = try Clinic()
    let station = try Station()
    try clinic.approve(station)
    return try await clinic.serving { port -> [String: Double] in
        try station.connect(port: port, authority: clinic.tls.authority)
        var (forward, curl) = (Double.infinity, Double.infinity)
        for round in UInt64(0)..<3 {
            let ours = try station.queue(seq: 2 * round + 1, size: (64 << 20) - 32768)
            let start = Clock.monotonic()
            guard try await StoreRig.forward(station).status == 0 else { throw CocoaError(.fileWriteUnknown) }
            forward = min(forward, Double(Clock.monotonic() - start) / 1e9)
            try FileManager.default.removeItem(atPath: "\(station.outbox)/\(ours.name).go")

            let theirs = try station.queue(seq: 2 * round + 2, size: (64 << 20) - 32768)
            try FileManager.default.removeItem(atPath: "\(station.outbox)/\(theirs.name).go")
            let peer = try CurlUpload(folder: folder, station: station, clinic: clinic, port: port)
            curl = min(curl, try await peer.send(theirs.bytes, file: "\(station.outbox)/\(theirs.name).obs"))
        }
        return ["wall_s": forward, "curl_wall_s": curl, "bytes": Double(64 << 20)]
    }
}

/// The peer: curl with what a station sends.
private struct CurlUpload {
    let folder: String
    let base: String
    let common: [String]

    init(folder: String, station: Station, clinic: Clinic, port: Int) throws {
        self.folder = folder
        base = "https://127.0.0.1:\(port)"
        try Data(clinic.tls.authority.utf8).write(to: URL(fileURLWithPath: "\(folder)/ca.pem"))
        common = [
            // Without the wait of a second for a 100 that this server does not send.
            "-sS", "--fail", "-H", "Expect:", "--cacert", "\(folder)/ca.pem", "-o", "/dev/null",
            "-H", "Authorization: Bearer \(try station.ticket())",
            "-H", "Obscura-Key: \(Data(station.key.der).base64EncodedString())",
        ]
    }

    /// Seconds of the request that carries the bytes.
    func send(_ bundle: [UInt8], file: String) async throws -> Double {
        let digest = try Digest.of(bundle)
        let headers = "\(folder)/headers"
        try Data(try head(of: bundle)).write(to: URL(fileURLWithPath: "\(folder)/head"))
        try await curl(
            [
                "-D", headers, "-X", "PUT", "-H", "Upload-Complete: ?0", "-H", "Upload-Length: \(bundle.count)",
                "-H", "Repr-Digest: sha-256=:\(Data(digest.bytes).base64EncodedString()):",
                "-H", "Content-Length: 0", "\(base)/v1/bundles/\(digest)",
            ])
        let lines = try String(contentsOfFile: headers, encoding: .utf8).split(whereSeparator: \.isNewline)
        guard let line = lines.first(where: { $0.lowercased().hasPrefix("location: ") }) else {
            throw CocoaError(.fileReadUnknown)
        }
        let location = base + line.dropFirst(10)
        try await curl(["-T", "\(folder)/head", "-H", "Content-Type: application/x-tar", "\(location)/head"])
        let start = Clock.monotonic()
        try await curl(
            [
                "-T", file, "-X", "PATCH", "-H", "Content-Type: application/partial-upload", "-H", "Upload-Offset: 0",
                "-H", "Upload-Complete: ?1", location,
            ])
        return Double(Clock.monotonic() - start) / 1e9
    }

    private func curl(_ arguments: [String]) async throws {
        let done = try await run("/usr/bin/curl", common + arguments)
        guard done.status == 0 else {
            complain(done.errors)
            throw CocoaError(.fileWriteUnknown)
        }
    }

    /// From the manifest's tar header to the end.
    private func head(of bundle: [UInt8]) throws -> [UInt8] {
        var offset = 0
        while true {
            let (path, length) = try TarHeader.decode(Array(bundle[offset..<offset + TarHeader.block]), offset: offset)
            if path == .manifest { return Array(bundle[offset...]) }
            offset += TarHeader.block + length + TarHeader.padding(after: length)
        }
    }
}
