import BundleFormat
import DetectLink
import Foundation
import LockedMemory
import Pixels
import Policy
import V4L2

@testable import Camera
@testable import Consent
@testable import Mask

/// A frame with a drawn "face": a square of which the upper half is red and the lower half is blue, turned with it.
struct DrawnScene: Sendable {
    static let width = 640
    static let height = 384

    /// Of the picture without a face; another one is another scene.
    var background: UInt8 = 60
    /// Nil: nobody is there.
    var face: (x: Int, y: Int, side: Int, turn: Turn)?

    func frame() throws -> PreviewFrame {
        let facts = FrameFacts(
            format: .rgb24, width: Self.width, height: Self.height, bytesPerLine: 3 * Self.width,
            colorimetry: Colorimetry(matrix: .bt601, range: .limited), origin: .live,
            stamp: FrameStamp(sequence: 0, timestamp: 0, lost: 0, damaged: 0), age: 0, controls: [:], locked: [],
            device: DeviceFacts(driver: "", card: "", bus: "", serial: "", usbID: ""))
        let profile = CameraProfile(
            name: "drawn", source: .replay(""), modalities: [.photograph], face: .possible, streams: [],
            locks: ControlLocks(),
            instrument: .init(manufacturer: "", model: "", serial: "", polarized: nil, contact: false))
        let rgb = pixels
        return PreviewFrame(
            grant: PreviewGrant(.unnamed), profile: profile, facts: facts, bytes: try LockedBytes(copying: rgb.span))
    }

    private var pixels: [UInt8] {
        func inside(_ start: Int, _ count: Int, _ limit: Int) -> Range<Int> {
            min(max(start, 0), limit)..<min(max(start + count, 0), limit)
        }
        var rgb = [UInt8](repeating: background, count: 3 * Self.width * Self.height)
        guard let face else { return rgb }
        for y in inside(face.y, face.side, Self.height) {
            for x in inside(face.x, face.side, Self.width) {
                let upper =
                    switch face.turn {
                    case .none: y - face.y < face.side / 2
                    case .half: y - face.y >= face.side / 2
                    case .quarter: x - face.x >= face.side / 2
                    case .threeQuarters: x - face.x < face.side / 2
                    }
                let colour: [UInt8] = upper ? [230, 20, 20] : [20, 20, 230]
                for channel in 0..<3 { rgb[3 * (y * Self.width + x) + channel] = colour[channel] }
            }
        }
        return rgb
    }

    /// How many of the face's pixels a picture of half the size or the same still shows, as a share of the face.
    func shown(in rgb: [UInt8]) -> Double {
        guard let face else { return 0 }
        let coloured = stride(from: 0, to: rgb.count, by: 3).count { Self.isFace(rgb[$0], rgb[$0 + 2]) }
        return Double(coloured) / Double(face.side * face.side)
    }

    static func isFace(_ red: UInt8, _ blue: UInt8) -> Bool { abs(Int(red) - Int(blue)) > 60 }

    /// What a network would answer that sees these faces upright only.
    static func detect(_ planes: [DetectionPlane], _ pixels: Span<UInt8>) -> [[PlaneFace]] {
        var offset = 0
        return planes.map { plane in
            defer { offset += plane.byteCount }
            var (left, top, right, bottom) = (Int.max, Int.max, -1, -1)
            var (redRows, redCount, blueRows, blueCount) = (0, 0, 0, 0)
            for y in 0..<plane.height {
                for x in 0..<plane.width {
                    let at = offset + 3 * (y * plane.width + x)
                    guard isFace(pixels[at], pixels[at + 2]) else { continue }
                    (left, top, right, bottom) = (min(left, x), min(top, y), max(right, x), max(bottom, y))
                    if pixels[at] > pixels[at + 2] {
                        redRows += y; redCount += 1
                    } else {
                        blueRows += y; blueCount += 1
                    }
                }
            }
            // Half of a face that the frame cuts is seen as long as both halves are there.
            guard redCount > 20, blueCount > 20, 4 * (bottom - top) > plane.height / 4,
                redRows / redCount + (bottom - top) / 4 < blueRows / blueCount
            else { return [] }
            return [
                PlaneFace(
                    left: Int32(16 * left), top: Int32(16 * top), right: Int32(16 * (right + 1)),
                    bottom: Int32(16 * (bottom + 1)), score: .max, landmarks: [])
            ]
        }
    }
}
