import BundleFormat
import Consent
import Control
import JOSE
import Linux
import Pod
import PodCore
import Profiles

/// The light that a frame was taken in, and the frame's place among those of one press.
struct FrameLight: Sendable, Equatable {
    /// Which frames were taken together.
    struct Place: Sendable, Equatable {
        let series: BundleID
        /// From 1.
        let number: Int
        let count: Int

        /// The places of a new series.
        static func all(_ count: Int) throws(Refusal) -> [Place] {
            do {
                let series = try BundleID.random()
                return (1...count).map { Place(series: series, number: $0, count: count) }
            } catch { throw Refusal("random", "the kernel gives no random numbers: \(error)") }
        }
    }

    let light: CameraLight
    let permille: Int
    let shine: PodShine
    let place: Place

    /// What the index says of it.
    var object: JSONObject {
        [
            "name": .string(light.rawValue), "permille": .integer(Int64(permille)),
            "since": .integer(shine.since / 1000),
            "uncertainty_us": .integer(Int64(shine.uncertainty / .microseconds(1)) + 1),
            "recording_lamp": .string("sensed"), "series": .string("\(place.series)"),
            "place": .integer(Int64(place.number)), "of": .integer(Int64(place.count)),
        ]
    }
}

/// From when on a frame could have a light.
struct PodShine: Sendable, Equatable {
    /// Nanoseconds of CLOCK_MONOTONIC; a frame that began later than `since` and `uncertainty` has the light.
    let since: Int64
    let uncertainty: Duration

    /// The moment after which a frame must begin.
    var settled: Int64 { since + Int64(uncertainty / .nanoseconds(1)) + 1 }
}

/// Hands on once a value that cannot be copied, where it has to lie in an array.
final class Once<Value: ~Copyable> {
    private var value: Value?

    init(_ value: consuming Value) { self.value = consume value }

    /// - Returns: nil from the second time on.
    func take() -> Value? { value.take() }
}

extension StationPod {
    /// Lets one light shine and no other. The recording lamp has to shine already.
    ///
    /// - Returns: from when on a frame can have it.
    @discardableResult
    func shine(_ wanted: CameraLight, permille: Int) throws(Refusal) -> PodShine {
        do {
            return try shining.withLock { shining throws(PodError) -> PodShine in
                if let now = shining, now.light == wanted, now.permille == permille { return now.shine }
                // Dark first: a frame between two lights has neither.
                if let old = shining { _ = try driver.light(old.light.channel, permille: 0) }
                shining = nil
                let (at, uncertainty) = try driver.light(wanted.channel, permille: UInt16(permille))
                let shine = PodShine(since: at, uncertainty: uncertainty)
                shining = LightUse(light: wanted, permille: permille, shine: shine)
                return shine
            }
        } catch { throw .pod(error) }
    }
}

/// A light of the pod, how bright it is, and since when.
struct LightUse: Sendable, Equatable {
    let light: CameraLight
    let permille: Int
    let shine: PodShine
}

extension CameraLight {
    var channel: LightChannel {
        switch self {
        case .crossPolarised: .crossPolarised
        case .parallelPolarised: .parallelPolarised
        case .ultraviolet: .ultraviolet
        }
    }
}
