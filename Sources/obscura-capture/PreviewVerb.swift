import Camera
import Consent
import Control
import Linux
import Mask
import Synchronization

/// What the person wants to look at.
private struct Look: Sendable {
    let site: Site
    let modality: Modality
    let slot: CameraSlot
    let use: CameraUse
}

extension Station {
    /// Damaged frames in a row after which a live view ends.
    private static let mostDamaged = 25

    /// Shows what a camera sees, masked, until the session ends, `send` throws or `pictures` were shown.
    ///
    /// Each frame needs the session's permission anew, as a shot does; it costs none of the patient's frames.
    /// - Parameters:
    ///   - pictures: how many to show, or nil for as long as the session is open.
    ///   - send: gets each picture, a JPEG.
    func preview(
        _ wish: ShotWish, pictures: Int64?, send: ([UInt8]) throws -> Void
    ) throws(Refusal) {
        guard previewing.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged else {
            throw Refusal("preview-taken", "somebody is looking already", hint: "close the other live view")
        }
        defer { previewing.store(false, ordering: .relaxed) }
        let (site, modality) = (try site(of: wish), try Self.modality(wish.modality))
        let began = visitNumber
        // Before any device is looked for: without consent nothing is asked of a camera.
        _ = try previewGrant(site, modality)
        try openingCameras { () throws(Refusal) in
            let (slot, sight) = try camera(for: modality, at: site, named: wish.camera, in: began)
            let look = Look(site: site, modality: modality, slot: slot, use: sight.use)
            try show(look, began, pictures, send)
        }
    }

    private func show(
        _ look: Look, _ began: Int, _ pictures: Int64?, _ send: ([UInt8]) throws -> Void
    ) throws(Refusal) {
        var view = LiveView()
        var (left, damaged) = (pictures, 0)
        while left != 0 {
            let start = Clock.monotonic()
            var frame: PreviewFrame? = try next(look, began)
            do throws(MaskFailure) {
                let picture = try shots.withLock { masker throws(MaskFailure) -> LivePicture? in
                    guard let frame = frame.take() else { return nil }
                    return try masker.show(frame, in: &view)
                }
                damaged = 0
                if let picture {
                    do { try send(picture.jpeg) } catch { return }
                    left = left.map { $0 - 1 }
                }
            } catch {
                // One frame that the cable cut is not the end of the view.
                guard case .picture = error, damaged < Self.mostDamaged else { throw .mask(error) }
                damaged += 1
            }
            pace(look, since: start)
        }
    }

    private func next(_ look: Look, _ began: Int) throws(Refusal) -> PreviewFrame {
        let permission = try previewGrant(look.site, look.modality)
        var grant: PreviewGrant? = consume permission
        guard visitNumber == began else { throw .cancelled }
        try pod?.light { closeHeads() }
        if let lights = look.slot.setting.lights { try pod?.shine(lights.first, permille: lights.permille) }
        let frame: PreviewFrame
        do {
            frame = try look.slot.head.withLock { head throws(CameraError) in
                guard let spent = grant.take() else { throw CameraError.noStream }
                return try head.preview(spent, with: look.use) {
                    self.generation.load(ordering: .sequentiallyConsistent) != began
                }
            }
        } catch { throw .camera(error) }
        try requireLight()
        return frame
    }

    func previewGrant(_ site: Site, _ modality: Modality) throws(Refusal) -> PreviewGrant {
        try state.withLock { state throws(Refusal) in try state.previewGrant(site, modality) }
    }

    /// A replayed picture is there at once; a camera would take its time.
    private func pace(_ look: Look, since start: Int64) {
        guard case .replay = look.use.profile.source else { return }
        let left = 40 - (Clock.monotonic() - start) / 1_000_000
        if left > 0 { wait(milliseconds: CInt(left)) }
    }
}

extension StationState {
    /// Permits one look at what a camera sees.
    mutating func previewGrant(_ site: Site, _ modality: Modality) throws(Refusal) -> PreviewGrant {
        let open = try opened()
        guard let policy else { throw .consent(.noSession) }
        let clock = clock()
        do {
            return try session.preview(
                site: site, modality: modality, policy: policy, lists: lists, clock: clock, ledger: open.journal)
        } catch { throw .consent(error) }
    }
}
