import Age
import BundleFormat
import Consent
import Control
import JOSE
import Linux
import LockedMemory
import Mask
import Scan
import Seal

/// What became of a scan on its way into a bundle.
private struct ScanReport {
    let facts: MeshFacts
    let read: Int64
    var files: [ScanDocument.File] = []
    var signing: Int64 = 0
    var sealed: Int64 = 0

    var bytes: Int64 { files.reduce(0) { $0 + Int64($1.asset.bytes) } }
    var digests: Set<Digest> { Set(files.map(\.asset.plain)) }
}

extension Station {
    /// Takes what lies in a scanner's folder: grant, files, seal, outbox, commit; then they are unlinked.
    func scan(_ wish: ScanWish, caller: UInt32) throws(Refusal) -> JSONObject {
        let start = Clock.monotonic()
        return try alone("scan") { _ throws(Refusal) in try take(wish, caller, start: start) }
    }

    private func take(_ wish: ScanWish, _ caller: UInt32, start: Int64) throws(Refusal) -> JSONObject {
        let (site, modality) = (try Self.site(wish.site), try Self.modality(wish.modality))
        guard modality.isGeometry else {
            throw Refusal("scanner-modality", "a scanner takes M3D, not \(modality)", hint: "--modality M3D")
        }
        let scanner = try scanner(named: wish.scanner)
        let ground = try ground(caller, .api)
        let drop = try ready(scanner)
        let grant = try state.withLock { state throws(Refusal) in try state.nextGrant(site, modality) }
        let sequence = grant.exposure.sequence
        do throws(Refusal) {
            let geometry = try state.withLock { state throws(Refusal) in
                do throws(ConsentError) { return try state.session.geometry(for: grant) } catch {
                    throw .consent(error)
                }
            }
            let held: HeldScan
            do throws(ScanFault) { held = try drop.take(under: geometry) } catch { throw .scanner(scanner.name, error) }
            let names = held.names
            var report = ScanReport(facts: held.set.facts, read: Clock.monotonic())
            let bundle = try seal(held, scanner, ground, &report)
            report.sealed = Clock.monotonic()
            try requireNew(report)
            let left = try keep(bundle, ground)
            let durable = Clock.monotonic()
            // Only now: before, a power cut would have left neither these files nor the bundle.
            let removed = drop.remove(names)
            state.withLock { state in
                state.scans.sealed[report.digests] = sequence
                state.noteCleared(scanner, .sealed, removed)
            }
            return [
                "seq": .integer(sequence), "files": .integer(Int64(report.files.count)),
                "bytes": .integer(report.bytes), "points": .integer(Int64(report.facts.points)),
                "faces": .integer(Int64(report.facts.faces)), "frames_left": .integer(left),
                "removed": .integer(Int64(removed.fill.files)), "scanner_may_keep_copy": .bool(true),
                "read_ms": .integer((report.read - start) / 1_000_000),
                "sealed_ms": .integer((report.sealed - report.read - report.signing) / 1_000_000),
                "signed_ms": .integer(report.signing / 1_000_000),
                "written_ms": .integer((durable - report.sealed) / 1_000_000),
                "durable_ms": .integer((durable - start) / 1_000_000),
            ]
        } catch {
            // Nothing is kept, so the patient is not charged; the files stay where they are.
            state.withLock { $0.giveBack(sequence, error.code) }
            throw error
        }
    }

    /// The folder with something in it, when what lies there can only be of this visit.
    private func ready(_ scanner: ScannerSetting) throws(Refusal) -> ScanDrop {
        let drop = try drop(of: scanner)
        guard state.withLock({ $0.scans.begun.contains(scanner.name) }) else {
            throw Refusal(
                "scanner-not-emptied",
                "the folder of scanner \(scanner.name) could not be emptied when this visit began",
                hint: "obscura doctor says why; then close the session and open it again")
        }
        let isEmpty: Bool
        do { isEmpty = try drop.names().isEmpty } catch { throw .scanner(scanner.name, error) }
        guard !isEmpty else {
            throw Refusal(
                "scan-absent", "scanner \(scanner.name) has left nothing in its folder",
                hint: "export the scan there, then try again")
        }
        return drop
    }

    /// Where files could not be unlinked after they were sealed, they are not charged a second time.
    private func requireNew(_ report: ScanReport) throws(Refusal) {
        guard let shot = state.withLock({ $0.scans.sealed[report.digests] }) else { return }
        throw Refusal(
            "scan-sealed", "this very scan is sealed already, as shot \(shot)",
            hint: "empty the scanner's folder; then export the next one")
    }

    /// Files one by one, index, manifest, signature.
    private func seal(
        _ held: consuming HeldScan, _ scanner: ScannerSetting, _ ground: ShotGround, _ report: inout ScanReport
    ) throws(Refusal) -> SealedBundle {
        let exposure = held.set.exposure
        let taken = Clock.realtime() / 1_000_000_000
        // Nobody knows where the files of a demonstration come from.
        let origin: PictureOrigin = configuration.mode == .clinic ? .live : .replay
        do {
            let id = try BundleID.random()
            var writer = try BundleWriter(
                try ground.facts(of: exposure, id, taken: taken, origin: origin), key: ground.key)
            while let file = try held.takeNext() {
                let name = file.name
                report.files.append(.init(name: name, asset: try writer.add(file, mix: ground.keys.mix)))
            }
            let index = ScanDocument(
                bundle: id, station: configuration.station, taken: taken, origin: origin, ground: ground,
                exposure: exposure, scanner: scanner, facts: report.facts)
            return try finish(
                writer, index: index.canonical(report.files), for: try Recipient(exposure.sealTo), ground,
                signing: &report.signing)
        } catch let error as Refusal {
            throw error
        } catch let error as SealError {
            throw .seal(error)
        } catch let error as ScanFault {
            throw .scan(error)
        } catch { throw Refusal("seal", "the scan could not be sealed: \(error)") }
    }
}

extension ShotGround {
    /// What the manifest says of a shot.
    ///
    /// - Parameter taken: seconds since 1970.
    func facts(
        of exposure: Exposure, _ bundle: BundleID, taken: Int64, origin: PictureOrigin
    ) throws -> BundleFormat.BundleFacts {
        BundleFormat.BundleFacts(
            bundle: bundle, station: key.fingerprint, keys: identity.origin, seq: UInt64(exposure.sequence),
            previous: previous, day: Day(secondsSince1970: UInt64(taken)), epoch: keys.epoch, origin: origin,
            policy: policy, consent: try Digest(exposure.consent.bytes))
    }
}
