import Camera
import Consent
import Control
import JOSE
import Linux
import Mask
import Profiles

/// A frame between its exposure and its mask.
struct ExposedFrame {
    let sequence: Int64
    let light: FrameLight?
    let frame: Once<PlainFrame>
    let geometry: Once<GeometryGrant>?
}

/// A frame between its mask and its seal.
struct MaskedExposure {
    let sequence: Int64
    let light: FrameLight?
    let record: MaskRecord
    let masked: Once<MaskedShot>
}

/// A shot that is durable.
struct KeptShot {
    let sequence: Int64
    let light: FrameLight?
    let record: MaskRecord
}

/// A moment of a shot: nanoseconds of the monotonic clock and of this process's processor time.
private struct Moment {
    let wall = Clock.monotonic()
    let processor = Clock.processor()
}

/// How long the steps of a shot took, from its exposure on; of a series those of all its frames.
struct ShotTimes {
    private let start: Int64
    private let exposed = Moment()
    private var last: Moment
    private var masking: (wall: Int64, processor: Int64) = (0, 0)
    private var sealing: (wall: Int64, processor: Int64) = (0, 0)
    private var writing: (wall: Int64, processor: Int64) = (0, 0)
    private var signing = Int64(0)

    /// - Parameter start: when it was asked for, nanoseconds of CLOCK_MONOTONIC.
    init(start: Int64) {
        self.start = start
        last = exposed
    }

    mutating func masked() { masking = step(masking) }

    /// - Parameter signing: nanoseconds of it in which the TPM signed.
    mutating func sealed(_ signing: Int64) {
        sealing = step(sealing)
        sealing.wall -= signing
        self.signing += signing
    }

    mutating func written() { writing = step(writing) }

    private mutating func step(_ so: (wall: Int64, processor: Int64)) -> (wall: Int64, processor: Int64) {
        let now = Moment()
        defer { last = now }
        return (so.wall + now.wall - last.wall, so.processor + now.processor - last.processor)
    }

    /// Whole milliseconds, and of the processor microseconds.
    var members: [(String, JSON)] {
        [
            ("exposed_ms", .integer((exposed.wall - start) / 1_000_000)),
            ("masked_ms", .integer(masking.wall / 1_000_000)), ("sealed_ms", .integer(sealing.wall / 1_000_000)),
            ("signed_ms", .integer(signing / 1_000_000)), ("written_ms", .integer(writing.wall / 1_000_000)),
            ("durable_ms", .integer((last.wall - start) / 1_000_000)),
            ("mask_processor_us", .integer(masking.processor / 1000)),
            ("seal_processor_us", .integer(sealing.processor / 1000)),
            ("write_processor_us", .integer(writing.processor / 1000)),
        ]
    }
}

extension Station {
    /// Takes one frame, or one in each light of the camera, one right after the other.
    ///
    /// - Parameters:
    ///   - pending: receives the numbers of the shots that were reserved, before anything is exposed.
    ///   - moment: nanoseconds of CLOCK_MONOTONIC; no frame that may have been exposed before is taken.
    func expose(
        _ slot: CameraSlot, _ use: CameraUse, _ site: Site, _ modality: Modality, _ ground: ShotGround,
        _ pending: inout [Int64], after moment: Int64
    ) throws(Refusal) -> [ExposedFrame] {
        let lights = slot.setting.lights
        // All or none: a consent without room for the series is not charged for its beginning.
        var grants: [Once<ExposureGrant>] = []
        for _ in 0..<(lights?.lights.count ?? 1) {
            let grant = try state.withLock { state throws(Refusal) in try state.nextGrant(site, modality) }
            pending.append(grant.exposure.sequence)
            grants.append(Once(grant))
        }
        guard visitNumber == ground.generation else { throw .cancelled }
        try pod?.light { closeHeads() }
        var frames: [ExposedFrame] = []
        if let lights, let pod {
            let places = try FrameLight.Place.all(lights.lights.count)
            for (place, light) in zip(places, lights.lights) {
                let shine = try pod.shine(light, permille: lights.permille)
                let frame = FrameLight(light: light, permille: lights.permille, shine: shine, place: place)
                frames.append(
                    try expose(slot, use, grants[frames.count], frame, ground, after: max(moment, shine.settled)))
            }
            // What a person and the live view see between two shots.
            try pod.shine(lights.first, permille: lights.permille)
        } else {
            frames = [try expose(slot, use, grants[0], nil, ground, after: moment)]
        }
        try requireLight()
        return frames
    }

    private func expose(
        _ slot: CameraSlot, _ use: CameraUse, _ once: Once<ExposureGrant>, _ light: FrameLight?, _ ground: ShotGround,
        after moment: Int64
    ) throws(Refusal) -> ExposedFrame {
        guard let grant = once.take() else { throw .consent(.noSession) }
        let sequence = grant.exposure.sequence
        var geometry: Once<GeometryGrant>?
        if let whole = state.withLock({ $0.geometryGrant(for: grant) }) { geometry = Once(whole) }
        var spent: ExposureGrant? = consume grant
        let frame: PlainFrame
        do {
            frame = try slot.head.withLock { head throws(CameraError) in
                guard let grant = spent.take() else { throw CameraError.noStream }
                return try head.expose(grant, with: use, after: moment) {
                    self.generation.load(ordering: .sequentiallyConsistent) != ground.generation
                }
            }
        } catch { throw .camera(error) }
        return ExposedFrame(sequence: sequence, light: light, frame: Once(frame), geometry: geometry)
    }

    /// Masks every frame before any is kept: a series of which one is refused is taken again as a whole.
    func mask(
        _ frames: [ExposedFrame], _ word: TechnicianWord, _ masker: inout Masker
    ) throws(Refusal) -> [MaskedExposure] {
        var pictures: [MaskedExposure] = []
        for exposed in frames {
            guard let frame = exposed.frame.take() else { throw Refusal("mask", "the picture is gone") }
            do throws(MaskFailure) {
                let masked = try masker.mask(frame, word, geometry: exposed.geometry?.take())
                let record = masked.record
                pictures.append(
                    MaskedExposure(
                        sequence: exposed.sequence, light: exposed.light, record: record, masked: Once(masked)))
            } catch { throw .mask(error) }
        }
        return pictures
    }

    /// What a later bundle of the same press rests on: the one before it is in the journal by now.
    func ground(after first: ShotGround) throws(Refusal) -> ShotGround {
        let next = try ground(first.caller, first.trigger)
        guard next.generation == first.generation else {
            throw Refusal("cancelled", "the session ended before the picture was kept")
        }
        return next
    }

    func answer(_ kept: [KeptShot], _ times: ShotTimes, left: Int64) -> JSONObject {
        var answer = JSONObject(times.members)
        guard let last = kept.last else { return answer }
        answer.set("seq", .integer(last.sequence))
        answer.set("outcome", .string(last.record.outcome.rawValue))
        answer.set("regions", .integer(Int64(last.record.areas.count)))
        answer.set("frames_left", .integer(left))
        if last.light != nil { answer.set("series", .array(kept.map { .object($0.object) })) }
        return answer
    }
}

extension KeptShot {
    fileprivate var object: JSONObject {
        [
            "seq": .integer(sequence), "light": .string(light?.light.rawValue ?? ""),
            "outcome": .string(record.outcome.rawValue), "regions": .integer(Int64(record.areas.count)),
        ]
    }
}
